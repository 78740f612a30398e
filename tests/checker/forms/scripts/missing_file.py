import numpy as np

table = np.loadtxt("measurements_that_are_not_here.csv", delimiter=",")
X, y = table[:, :-1], table[:, -1:]
w1 = np.random.randn(X.shape[1], 6)
b1 = np.random.randn(6)
w2 = np.random.randn(6, 1)
b2 = np.random.randn(1)
learning_rate = 0.01
it = 0
while it < 5000:
    h = np.maximum(X @ w1 + b1, 0)
    p = h @ w2 + b2
    d = 2 * (p - y) / y.size
    mse = np.mean((p - y) ** 2)
    dh = (d @ w2.T) * (h > 0)
    w2 -= learning_rate * h.T @ d
    b2 -= learning_rate * d.sum(0)
    w1 -= learning_rate * X.T @ dh
    b1 -= learning_rate * dh.sum(0)
    it += 1
