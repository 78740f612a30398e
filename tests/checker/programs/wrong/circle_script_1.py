import numpy as np

rng = np.random.default_rng(40)
N, K = 150, 3
L = np.arange(N) % K
rad = 0.3 + 0.5 * L + rng.normal(0, 0.05, N)
ang = rng.uniform(0, 6.283, N)
X = np.c_[rad * np.cos(ang), rad * np.sin(ang)]
T = np.eye(K)[L]

w1 = rng.normal(0, 1.0, (2, 20))
b1 = rng.normal(0, 0.2, 20)
w2 = rng.normal(0, 0.3, (20, K))
b2 = np.zeros(K)
lam = 1e-2

def cost():
    s = np.maximum(0, X @ w1 + b1) @ w2 + b2
    p = 1 / (1 + np.exp(-s))
    p = np.clip(p, 1e-12, 1 - 1e-12)
    ce = -np.sum(T * np.log(p) + (1 - T) * np.log(1 - p)) / N
    return ce + 0.5 * lam * (np.sum(w1 ** 2) + np.sum(w2 ** 2))

for i in range(400):
    z1 = X @ w1 + b1
    h = np.maximum(0, z1)
    p = 1 / (1 + np.exp(-(h @ w2 + b2)))
    d = -T * (1 - p) / N
    dw2 = h.T @ d + lam * w2
    db2 = d.sum(axis=0)
    dh = d @ w2.T
    dh[z1 <= 0] = 0
    dw1 = X.T @ dh + lam * w1
    db1 = dh.sum(axis=0)
    w1 = w1 - 0.5 * dw1
    b1 = b1 - 0.5 * db1
    w2 = w2 - 0.5 * dw2
    b2 = b2 - 0.5 * db2
    if i % 100 == 0:
        print("iter", i, "cost", round(cost(), 4))
