import numpy as np
from math import prod


def shapes(sizes):
    return [(k, n) for n, k in zip(sizes, sizes[1:])]


def init(sizes, seed=0):
    rng = np.random.default_rng(seed)
    return np.concatenate([np.r_[rng.normal(size=k * n), np.zeros(k)] for k, n in shapes(sizes)])


def take_apart(weights, sizes):
    layers, at = [], 0
    for k, n in shapes(sizes):
        W = weights[at : at + k * n].reshape(k, n)
        b = weights[at + k * n : at + k * n + k].reshape(k, 1)
        layers.append((W, b))
        at += k * n + k
    return layers


def cost(net, X, y, sizes):
    (W1, b1), (W2, b2) = take_apart(net, sizes)
    h = np.tanh(W1 @ X + b1)
    out = 1 / (1 + np.exp(-(W2 @ h + b2)))
    m = X.shape[1]
    J = -np.sum(y * np.log(out) + (1 - y) * np.log(1 - out)) / m
    d2 = (out - y) / m
    d1 = (W2.T @ d2) * (1 - h**2)
    grads = [d1 @ X.T, d1.sum(axis=1), d2 @ h.T, d2.sum(axis=1)]
    return J, np.concatenate([g.ravel() for g in grads])


if __name__ == "__main__":
    sizes = (3, 5, 1)
    w = init(sizes)
    X = np.random.default_rng(0).normal(size=(3, 50))
    y = (X[:1] > 0).astype(float)
    for _ in range(200):
        w -= 0.5 * cost(w, X, y, sizes)[1]
