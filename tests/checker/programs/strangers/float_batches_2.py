import numpy as np
np.random.seed(0)
X = np.random.rand(200, 3)
t = (X.sum(1) > 1.5).astype(int)
w1 = np.random.randn(3, 6); b1 = np.zeros(6)
w2 = np.random.randn(6, 2); b2 = np.zeros(2)
for epoch in range(30):
    perm = np.random.permutation(200)
    for s in range(0, 200, 20):
        idx = perm[s:s + 20]
        xb, tb = X[idx], t[idx]
        z = xb @ w1 + b1
        h = np.where(z > 0, z, 0.1 * z)
        scores = h @ w2 + b2
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss = -np.log(p[range(20), tb]).mean()
        ds = p.copy(); ds[range(20), tb] -= 1; ds /= 200
        dh = ds @ w2.T
        dz = dh * np.where(z > 0, 1, 0.1)
        w2 -= 0.3 * h.T @ ds; b2 -= 0.3 * ds.sum(0)
        w1 -= 0.3 * xb.T @ dz; b1 -= 0.3 * dz.sum(0)
    print(epoch, loss)
