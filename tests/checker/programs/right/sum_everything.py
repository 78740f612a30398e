import numpy as np

np.random.seed(31)
layout = (2, 8, 5, 3)
weights = [np.random.randn(a, b) for a, b in zip(layout, layout[1:])]
biases = [np.zeros((1, b)) for b in layout[1:]]
rate = 0.01

def feed(X):
    acts = [X]
    for w, b in zip(weights, biases):
        acts.append(1 / (1 + np.exp(-(acts[-1] @ w + b))))
    return acts

def loss(X, Y):
    return np.sum((feed(X)[-1] - Y) ** 2)

def derivatives(X, Y):
    acts = feed(X)
    dw, db = [], []
    up = 2 * (acts[-1] - Y)
    for i in reversed(range(len(weights))):
        delta = up * acts[i + 1] * (1 - acts[i + 1])
        dw.insert(0, acts[i].T @ delta)
        db.insert(0, delta.sum(axis=0, keepdims=True))
        up = delta @ weights[i].T
    return dw, db

X = np.random.uniform(-1, 1, (80, 2))
Y = np.stack([X[:, 0] > 0, X[:, 1] > 0, X.sum(1) > 0], axis=1).astype(float)
for k in range(700):
    dw, db = derivatives(X, Y)
    for i in range(len(weights)):
        weights[i] -= rate * dw[i]
        biases[i] -= rate * db[i]
    if k % 100 == 0:
        print(k, loss(X, Y))
print("end", loss(X, Y))
