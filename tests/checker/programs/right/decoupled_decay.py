import numpy as np

sigma = lambda s: 1 / (1 + np.exp(-s))
rng = np.random.default_rng(14)
X = rng.normal(size=(100, 2))
Y = (X.sum(1, keepdims=True) ** 2 > 1).astype(float)
W, b = rng.normal(size=(2, 12)), np.zeros((1, 12))
V, c = rng.normal(size=(12, 1)) * 0.5, np.zeros((1, 1))
lr, lam = 1.0, 1e-4
for k in range(500):
    H = np.maximum(X @ W + b, 0)
    O = sigma(H @ V + c)
    if k % 100 == 0:
        print(k, np.sum((O - Y) ** 2) / (2 * len(X)) + 0.5 * lam * (np.sum(W ** 2) + np.sum(V ** 2)))
    dO = (O - Y) / len(X) * O * (1 - O)
    dH = np.where(H > 0, dO @ V.T, 0)
    V = (1 - lr * lam) * V - lr * H.T @ dO
    c = c - lr * dO.sum(axis=0, keepdims=True)
    W = (1 - lr * lam) * W - lr * X.T @ dH
    b = b - lr * dH.sum(axis=0, keepdims=True)
