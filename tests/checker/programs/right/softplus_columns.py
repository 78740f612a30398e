import numpy as np

def softplus(Z):
    return np.logaddexp(0, Z)

def slope(Z):
    return 1 / (1 + np.exp(-Z))

def init(sizes, seed):
    g = np.random.default_rng(seed)
    return {'W': [g.normal(size=(o, i)) / np.sqrt(i) for i, o in zip(sizes, sizes[1:])],
            'b': [np.zeros((o, 1)) for o in sizes[1:]]}

def forth(m, X):
    zs, acts = [], [X]
    for l, (W, b) in enumerate(zip(m['W'], m['b'])):
        zs.append(W @ acts[-1] + b)
        acts.append(softplus(zs[-1]) if l + 1 < len(m['W']) else zs[-1])
    return zs, acts

def error(m, X, Y):
    return np.sum((forth(m, X)[1][-1] - Y) ** 2) / (2 * Y.shape[1])

def back(m, X, Y):
    zs, acts = forth(m, X)
    g = {'W': [None] * len(zs), 'b': [None] * len(zs)}
    d = (acts[-1] - Y) / Y.shape[1]
    for l in range(len(zs) - 1, -1, -1):
        if l + 1 < len(zs):
            d = d * slope(zs[l])
        g['W'][l] = d @ acts[l].T
        g['b'][l] = d @ np.ones((d.shape[1], 1))
        d = m['W'][l].T @ d
    return g

X = np.random.default_rng(1).uniform(-1.5, 1.5, (2, 120))
Y = (X[0] ** 2 - X[1])[None, :]
m = init((2, 10, 8, 1), 0)
iters = 500
for t in range(iters):
    g = back(m, X, Y)
    for l in range(3):
        m['W'][l] -= 0.05 * g['W'][l]
        m['b'][l] -= 0.05 * g['b'][l]
    if t % 100 == 99:
        print(t + 1, error(m, X, Y))
