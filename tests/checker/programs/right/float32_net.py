import numpy as np

F = np.float32
rng = np.random.default_rng(1)
t = rng.integers(0, 3, 150)
X = (np.array([[0, 2], [2, -1], [-2, -1]])[t] + rng.normal(0, .8, (150, 2))).astype(F)
params = [rng.normal(0, 1, (2, 12)).astype(F), np.zeros(12, F), rng.normal(0, .3, (12, 3)).astype(F), np.zeros(3, F)]

def loss_and_grads(params, X, t):
    W, b, V, c = params
    z = X @ W + b
    h = np.where(z > 0, z, F(0.1) * z)
    s = h @ V + c
    s = s - s.max(1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    loss = -np.log(p[np.arange(len(t)), t] + F(1e-12)).mean()
    p[np.arange(len(t)), t] -= 1
    p /= len(t)
    dz = (p @ V.T) * np.where(z > 0, F(1), F(0.1))
    return loss, [X.T @ dz, dz.sum(0), h.T @ p, p.sum(0)]

for i in range(120):
    loss, grads = loss_and_grads(params, X, t)
    params = [p - F(0.3) * g for p, g in zip(params, grads)]
    if i % 40 == 0:
        print(i, loss, params[0].dtype)
