import numpy as np

sigmoid = lambda v: 1 / (1 + np.exp(-v))

x = np.array([[0.05], [0.10]])
t = np.array([[0.01], [0.99]])
W1 = np.array([[0.15, 0.20], [0.25, 0.30]])
W2 = np.array([[0.40, 0.45], [0.50, 0.55]])
b1 = np.full((2, 1), 0.35)
b2 = np.full((2, 1), 0.60)
lr = 0.5

for n in range(1000):
    h = sigmoid(W1 @ x + b1)
    o = sigmoid(W2 @ h + b2)
    # output layer
    delta_o = (o - t) * o * (1 - o)
    W2 = W2 - lr * delta_o @ h.T
    b2 = b2 - lr * delta_o
    # hidden layer
    delta_h = (W2.T @ delta_o) * h * (1 - h)
    W1 = W1 - lr * delta_h @ x.T
    b1 = b1 - lr * delta_h
    if n % 200 == 0:
        print(n, 0.5 * float(np.sum((t - o) ** 2)))
