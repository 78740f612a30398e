import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
T = np.array([0.0, 1.0, 1.0, 0.0])
rng = np.random.default_rng(3)
W1 = rng.normal(size=(3, 2))
b1 = rng.normal(size=3)
W2 = rng.normal(size=(1, 3))
b2 = rng.normal(size=1)
eta = 0.5
for epoch in range(5000):
    sse = 0.0
    for x, t in zip(X, T):
        h = np.tanh(W1 @ x + b1)
        o = 1.0 / (1.0 + np.exp(-(W2 @ h + b2)))
        e = o - t
        sse += float(e[0] ** 2) / 2
        d2 = e * o * (1 - o)
        d1 = (W2.T @ d2) * (1 - h**2)
        W2 -= eta * np.outer(d2, h)
        b2 -= eta * d2
        W1 -= eta * np.outer(d1, x)
        b1 -= eta * d1
    if sse < 0.01:
        break
