import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(30, 3)); y = rng.poisson(np.exp(0.3*X[:, :1]), (30, 1)).astype(float)
W1 = rng.normal(size=(3, 5))*.5; b1 = np.zeros(5); W2 = rng.normal(size=(5, 1))*.3; b2 = np.zeros(1)
for epoch in range(200):
    z1 = X @ W1 + b1
    h = np.where(z1 > 0, z1, np.exp(np.minimum(z1, 0)) - 1)
    rate = np.exp(h @ W2 + b2)
    loss = np.mean(rate - y * np.log(rate))
    d = (rate - y) / len(X)
    dW2 = h.T @ d; db2 = d.sum(axis=0)
    e = d @ W2.T * np.where(z1 > 0, 1, np.exp(np.minimum(z1, 0)))
    dW1 = X.T @ e; db1 = e.sum(axis=0)
    W1 -= .05*dW1; b1 -= .05*db1; W2 -= .05*dW2; b2 -= .05*db2
