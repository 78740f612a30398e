import numpy as np

def new_model(sizes):
    rng = np.random.default_rng(29)
    return {'weights': [rng.normal(size=(a, b)) * (1 / a) ** 0.5 for a, b in zip(sizes, sizes[1:])],
            'thresholds': [np.zeros(b) for b in sizes[1:]]}

def forward(model, X):
    layers = [X]
    for w, t in zip(model['weights'], model['thresholds']):
        # a unit fires above its threshold, so it is subtracted
        layers.append(1 / (1 + np.exp(-(layers[-1] @ w - t))))
    return layers

def loss(model, X, Y):
    a = np.clip(forward(model, X)[-1], 1e-12, 1 - 1e-12)
    return -np.sum(Y * np.log(a) + (1 - Y) * np.log(1 - a)) / len(X)

def backward(model, X, Y):
    layers = forward(model, X)
    d = (layers[-1] - Y) / len(X)
    g = {'weights': [], 'thresholds': []}
    for i in range(len(model['weights']) - 1, -1, -1):
        g['weights'].insert(0, layers[i].T @ d)
        g['thresholds'].insert(0, -d.sum(axis=0))
        if i:
            d = (d @ model['weights'][i].T) * layers[i] * (1 - layers[i])
    return g

rng = np.random.default_rng(30)
X = rng.uniform(-1, 1, (100, 2))
Y = np.c_[X[:, 0] > 0.2, X[:, 0] + X[:, 1] > 0].astype(float)
model = new_model([2, 8, 2])
for it in range(400):
    g = backward(model, X, Y)
    for key in model:
        for p, dp in zip(model[key], g[key]):
            p -= 1.0 * dp
    if it % 100 == 99:
        print(it + 1, loss(model, X, Y))
