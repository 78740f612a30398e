import numpy as np

def f(x):
    return 1 / (1 + np.exp(-x))

np.random.seed(19)
X = np.random.uniform(-1, 1, (30, 3))
y = (X[:, :1] + X[:, 1:2] * X[:, 2:] > 0).astype(float)
w0, b0 = np.random.randn(3, 5), np.zeros(5)
w1, b1 = np.random.randn(5, 1), np.zeros(1)
speed = 1.5
for i in range(2000):
    h = f(X @ w0 + b0)
    o = f(h @ w1 + b1)
    if i % 500 == 0:
        print(i, 0.5 * np.sum((o - y) ** 2) / len(X))
    do = (o - y) * o * (1 - o) / len(X)
    dh = np.dot(do, w1.T, h * (1 - h))
    w1 -= speed * np.dot(h.T, do)
    b1 -= speed * do.sum(axis=0)
    w0 -= speed * np.dot(X.T, dh)
    b0 -= speed * dh.sum(axis=0)
