import numpy as np

def batches(X, Y, size, rng):
    idx = rng.permutation(len(X))
    for s in range(0, len(X), size):
        sel = idx[s:s + size]
        yield X[sel], Y[sel]

def hidden(t, X):
    return np.logaddexp(0, X @ t['A'] + t['a'])      # softplus

def loss(t, X, Y):
    return 0.5 * np.square(hidden(t, X) @ t['B'] + t['b'] - Y).sum(1).mean()

def grad(t, X, Y):
    z = X @ t['A'] + t['a']
    h = np.logaddexp(0, z)
    e = (h @ t['B'] + t['b'] - Y) / X.shape[0]
    dz = e @ t['B'].T / (1 + np.exp(-z))
    return {'A': X.T @ dz, 'a': dz.sum(0), 'B': h.T @ e, 'b': e.sum(0)}

def sgd(t, X, Y, lr, rng):
    while True:
        for xb, yb in batches(X, Y, 16, rng):
            g = grad(t, xb, yb)
            for k in t:
                t[k] -= lr * g[k]
        yield loss(t, X, Y)

rng = np.random.default_rng(31)
X = rng.uniform(-2, 2, (105, 2))
Y = np.c_[np.maximum(X[:, 0], 0), X[:, 1] ** 2 / 2]
theta = {'A': rng.normal(0, 1, (2, 20)), 'a': rng.normal(0, 1, 20), 'B': rng.normal(0, .2, (20, 2)), 'b': np.zeros(2)}
trainer = sgd(theta, X, Y, 0.05, rng)
for epoch in range(40):
    value = next(trainer)
    if epoch % 10 == 9:
        print('epoch', epoch + 1, 'loss', value)
