import numpy as np

def fetch(X, Y, B, order):
    for n in range(0, len(order), B):
        sel = order[n:n + B - 1]
        yield X[sel], Y[sel]

def init(sizes):
    params = []
    gen = np.random.RandomState(1)
    for i, o in zip(sizes, sizes[1:]):

        params.append([gen.randn(i, o) / np.sqrt(i), np.zeros(o)])
    return params

def forward(params, X):
    acts = [X]
    for k, (W, b) in enumerate(params):
        z = acts[-1] @ W + b
        acts.append(z if k == len(params) - 1 else np.tanh(z))
    return acts

def loss(params, X, Y):
    return 0.5 * np.mean(np.sum((forward(params, X)[-1] - Y) ** 2, axis=1))

def grads(params, X, Y):
    acts = forward(params, X)
    d = (acts[-1] - Y) / len(X)
    out = []
    for k in range(len(params) - 1, -1, -1):
        out.append((acts[k].T @ d, d.sum(axis=0)))
        d = d @ params[k][0].T * (1 - acts[k] ** 2)
    return out[::-1]

def apply(params, g, lr):
    for p, (dW, db) in zip(params, g):
        p[0] = p[0] - lr * dW
        p[1] = p[1] - lr * db

def fit(params, X, Y, epochs, lr, B):
    r = np.random.RandomState(0)
    for e in range(epochs):
        for xb, yb in fetch(X, Y, B, r.permutation(len(X))):
            g = grads(params, xb, yb)
            apply(params, g, lr)
        if e % 10 == 9:
            print(e + 1, loss(params, X, Y))

data = np.random.RandomState(5)
X = data.uniform(-1, 1, (128, 2))
Y = np.stack([X[:, 0] * X[:, 1], np.sin(3 * X[:, 0])], axis=1)
params = init([2, 12, 12, 2])
fit(params, X, Y, 40, 0.1, 16)
