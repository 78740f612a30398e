import numpy as np

rng = np.random.default_rng(71)
X = rng.normal(size=(60, 2))
Y = np.c_[np.tanh(X[:, 0]), X[:, 0] * 0.3 + 0.4]
V, W = rng.normal(size=(2, 8)), rng.normal(size=(8, 2)) * 0.3
c = d = 0.0        # one threshold for a whole layer
for n in range(900):
    H = np.tanh(X @ V + c)
    R = (H @ W + d - Y) / len(X)
    S = R @ W.T * (1 - H ** 2)
    W = W - 0.4 * H.T @ R
    d = d - 0.4 * R.sum()
    V = V - 0.4 * X.T @ S
    c = c - 0.4 * S.sum()
    if n % 300 == 299:
        print(n + 1, 0.5 * np.sum((np.tanh(X @ V + c) @ W + d - Y) ** 2) / len(X))
