import numpy as np

rng = np.random.default_rng(2)
W, b = rng.normal(size=(2, 10)), np.zeros(10)
V, c = rng.normal(size=(10, 3)) * 0.5, np.zeros(3)

def softmax(scores):
    e = np.exp(scores)
    return e / e.sum(axis=1, keepdims=True)

def cross_entropy(p, T):
    return -np.mean(np.sum(T * np.log(p + 1e-12), axis=1))

def net(X):
    h = np.maximum(0, X @ W + b)
    return h, softmax(h @ V + c)

def grad(X, T):
    h, p = net(X)
    d = (p - T) / len(X)
    e = d @ V.T * (h > 0)
    return X.T @ e, e.sum(axis=0), h.T @ d, d.sum(axis=0)

lab = rng.integers(0, 3, 120)
X = np.array([[1, 0], [-1, 1], [-1, -1]])[lab] * 1.5 + rng.normal(size=(120, 2)) * 0.6
T = np.eye(3)[lab]
for i in range(150):
    for q, g in zip((W, b, V, c), grad(X, T)):
        q -= 0.3 * g
    if i % 50 == 49:
        print(i + 1, cross_entropy(net(X)[1], T))
