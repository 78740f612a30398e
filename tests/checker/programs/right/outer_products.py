import numpy as np

np.random.seed(14)
sizes = [3, 6, 5, 2]
W = [np.random.randn(o, i) / np.sqrt(i) for i, o in zip(sizes, sizes[1:])]
b = [np.zeros(o) for o in sizes[1:]]

def f(z):
    return 1.0 / (1.0 + np.exp(-z))

def feed(x):
    acts = [x]
    for w, c in zip(W, b):
        acts.append(f(w @ acts[-1] + c))
    return acts

def objective(X, Y):
    return sum(0.5 * np.sum((feed(x)[-1] - y) ** 2) for x, y in zip(X, Y)) / len(X)

def accumulate(X, Y):
    gw = [np.zeros_like(w) for w in W]
    gb = [np.zeros_like(c) for c in b]
    for x, y in zip(X, Y):
        acts = feed(x)
        err = acts[-1] - y
        for l in range(len(W) - 1, -1, -1):
            delta = err * acts[l + 1] * (1 - acts[l + 1])
            gw[l] += np.outer(delta, acts[l])
            gb[l] += delta
            err = W[l].T @ delta
    return [g / len(X) for g in gw], [g / len(X) for g in gb]

X = np.random.uniform(-1, 1, (60, 3))
Y = np.stack([(X.sum(1) > 0), (X[:, 0] > X[:, 1])], axis=1) * 1.0
for it in range(200):
    gw, gb = accumulate(X, Y)
    for l in range(len(W)):
        W[l] -= 5.0 * gw[l]
        b[l] -= 5.0 * gb[l]
    if it % 50 == 49:
        print(it + 1, objective(X, Y))
