import numpy as np

gen = np.random.default_rng(13)
X = gen.uniform(-1, 1, (70, 2))
y = X[:, 0] ** 2 - X[:, 1]          # shape (70,)
W = gen.normal(size=(2, 10))
b = gen.normal(size=10) * 0.5
v = gen.normal(size=10) * 0.3

for epoch in range(1500):
    h = np.tanh(X @ W + b)
    e = (h @ v - y) / len(y)
    back = np.outer(e, v) * (1 - h ** 2)
    v = v - 0.1 * (h.T @ e)
    W = W - 0.1 * (X.T @ back)
    b = b - 0.1 * back.sum(axis=0)
    if epoch % 500 == 499:
        print(epoch + 1, 0.5 * np.mean((np.tanh(X @ W + b) @ v - y) ** 2))
