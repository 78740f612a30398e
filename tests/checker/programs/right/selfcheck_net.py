import numpy as np

def net(theta, X):
    W1, b1, W2, b2 = theta
    return np.tanh(X @ W1 + b1) @ W2 + b2

def f(theta, X, Y):
    return 0.5 * np.sum((net(theta, X) - Y) ** 2) / len(X)

def df(theta, X, Y):
    W1, b1, W2, b2 = theta
    H = np.tanh(X @ W1 + b1)
    e = (H @ W2 + b2 - Y) / len(X)
    s = (e @ W2.T) * (1 - H * H)
    return [X.T @ s, s.sum(0), H.T @ e, e.sum(0)]

def numerical(theta, X, Y, eps=1e-6):
    out = []
    for p in theta:
        g = np.zeros_like(p)
        for idx in np.ndindex(p.shape):
            keep = p[idx]
            p[idx] = keep + eps
            hi = f(theta, X, Y)
            p[idx] = keep - eps
            lo = f(theta, X, Y)
            p[idx] = keep
            g[idx] = (hi - lo) / (2 * eps)
        out.append(g)
    return out

rng = np.random.default_rng(0)
theta = [rng.normal(size=(2, 6)), rng.normal(size=6), rng.normal(size=(6, 1)), np.zeros(1)]
X = rng.uniform(-1, 1, (40, 2))
Y = X[:, :1] * X[:, 1:] + 0.5
worst = max(np.abs(a - b).max() for a, b in zip(df(theta, X, Y), numerical(theta, X, Y)))
print("largest difference", worst)
for i in range(300):
    theta = [p - 0.3 * g for p, g in zip(theta, df(theta, X, Y))]
print("loss", f(theta, X, Y))
