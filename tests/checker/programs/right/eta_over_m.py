import numpy as np

np.random.seed(16)
nl = lambda v: 1 / (1 + np.exp(-v))
X = np.random.uniform(-1, 1, (50, 2))
D = (X[:, :1] * X[:, 1:] < 0.1) * 1.0
m, eta = len(X), 6.0
W1, b1 = np.random.randn(2, 6) * 2, np.random.randn(6)
W2, b2 = np.random.randn(6, 1), np.zeros(1)
for k in range(900):
    H = nl(X @ W1 + b1)
    O = nl(H @ W2 + b2)
    if k % 300 == 0:
        print(k, 0.5 * np.sum((O - D) ** 2) / m)
    dO = (O - D) * O * (1 - O)
    dH = dO @ W2.T * H * (1 - H)
    W2 -= eta / m * (H.T @ dO)
    b2 -= eta / m * dO.sum(0)
    W1 -= eta / m * (X.T @ dH)
    b1 -= eta / m * dH.sum(0)
