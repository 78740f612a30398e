import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(100, 2)); y = np.where(X[:, :1] * X[:, 1:] > 0, 1.0, -1.0)
W1 = rng.normal(size=(2, 8)); b1 = np.zeros((1, 8)); W2 = rng.normal(size=(8, 1)); b2 = np.zeros((1, 1))
vW1, vb1, vW2, vb2 = 0, 0, 0, 0
eta, mu, lam = 0.1, 0.9, 0.001
for it in range(500):
    h = np.tanh(X @ W1 + b1)
    out = np.tanh(h @ W2 + b2)
    loss = np.mean((out - y) ** 2) / 2 + lam / 2 * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
    d2 = (out - y) * (1 - out ** 2) / len(X)
    d1 = (d2 @ W2.T) * (1 - h ** 2)
    vW2 = mu * vW2 - eta * (h.T @ d2 + lam * W2); vb2 = mu * vb2 - eta * d2.sum(0)
    vW1 = mu * vW1 - eta * (X.T @ d1); vb1 = mu * vb1 - eta * d1.sum(0)
    W2 += vW2; b2 += vb2; W1 += vW1; b1 += vb1
print(loss)
