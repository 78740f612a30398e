import numpy as np

r = np.random.default_rng(2)
X = r.normal(size=(90, 3))
y = (X @ np.array([1.0, -1.5, 0.3]) + 0.2 > 0) * 1.0
w = np.zeros(3)
b = np.zeros(1)
for i in range(600):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    g = (p - y) / y.size
    w -= 0.5 * X.T @ g
    b -= 0.5 * g.sum()
    if i % 200 == 0:
        print(i, np.mean((p > 0.5) == (y > 0.5)))
