import math
import random


def make_network(sizes, seed=0):
    rng = random.Random(seed)
    weights = [[[rng.gauss(0, 1) for _ in range(n)] for _ in range(k)]
               for n, k in zip(sizes, sizes[1:])]
    biases = [[0.0] * k for k in sizes[1:]]
    return weights, biases


def forward(network, x):
    weights, biases = network
    layers = [x]
    for W, b in zip(weights, biases):
        layers.append([1 / (1 + math.exp(-bj - sum(w * a for w, a in zip(row, layers[-1]))))
                       for row, bj in zip(W, b)])
    return layers


def gradients(network, X, y):
    weights, biases = network
    dW = [[[0.0] * len(row) for row in W] for W in weights]
    db = [[0.0] * len(b) for b in biases]
    for x, target in zip(X, y):
        layers = forward(network, x)
        deltas = [(a - t) * a * (1 - a) for a, t in zip(layers[-1], target)]
        for l in reversed(range(len(weights))):
            for j, delta in enumerate(deltas):
                db[l][j] += delta
                for i, a in enumerate(layers[l]):
                    dW[l][j][i] += delta * a
            deltas = [sum(d * weights[l][j][i] for j, d in enumerate(deltas)) * a * (1 - a)
                      for i, a in enumerate(layers[l])]
    return dW, db
