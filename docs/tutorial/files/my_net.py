import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])

rng = np.random.default_rng(6)
W1 = rng.normal(size=(2, 2))
b1 = np.zeros((1, 2))
W2 = rng.normal(size=(2, 1))
b2 = np.zeros((1, 1))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


learning_rate = 0.5
for step in range(8000):
    # forward
    z1 = X @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    loss = 0.5 * np.sum((a2 - y) ** 2)
    if step % 2000 == 0:
        print("step", step, "loss", loss.round(4))

    # backward and update
    d2 = (a2 - y) * sigmoid_derivative(a2)
    W2 = W2 - learning_rate * a1.T @ d2
    b2 = b2 - learning_rate * d2.sum(axis=0, keepdims=True)

    d1 = d2 @ W2.T * sigmoid_derivative(a1)
    W1 = W1 - learning_rate * X.T @ d1
    b1 = b1 - learning_rate * d1.sum(axis=0, keepdims=True)

print("answers", a2.ravel().round(2))
