import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(80, 3))
y = (X @ [1.0, -2.0, 0.5] > 0).astype(float)

W1 = rng.normal(size=(3, 6)); b1 = np.zeros(6)
W2 = rng.normal(size=(6, 1)); b2 = np.zeros(1)

for it in range(500):
    h = np.tanh(X @ W1 + b1)
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    err = p - y
    if it % 100 == 0:
        print(it, np.abs(err).mean())
    d = err.sum(axis=1, keepdims=True) / err.size
    dh = d @ W2.T * (1 - h ** 2)
    W2 -= 0.5 * h.T @ d
    b2 -= 0.5 * d.sum(axis=0)
    W1 -= 0.5 * X.T @ dh
    b1 -= 0.5 * dh.sum(axis=0)
