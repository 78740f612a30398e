import numpy as np

rng = np.random.default_rng(55)

def ones(A):
    return np.hstack([np.ones((A.shape[0], 1)), A])

X = rng.normal(size=(100, 2))
Y = (X[:, [0]] - X[:, [1]] ** 2 + 0.3 > 0).astype(float)
W1 = rng.normal(size=(3, 7))
W2 = rng.normal(size=(8, 1)) * 0.5

def fwd(X):
    H = np.tanh(ones(X) @ W1)
    return H, 1 / (1 + np.exp(-ones(H) @ W2))

def cost(X, Y):
    P = np.clip(fwd(X)[1], 1e-12, 1 - 1e-12)
    return -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).mean()

def grad(X, Y):
    H, P = fwd(X)
    D2 = (P - Y) / len(X)
    D1 = (D2 @ W2[1:].T) * (1 - H * H)
    return ones(X).T @ D1, ones(H).T @ D2

for k in range(500):
    G1, G2 = grad(X, Y)
    W1 -= 1.0 * G1
    W2 -= 1.0 * G2
    if k % 100 == 0:
        print(k, cost(X, Y))
