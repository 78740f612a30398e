import numpy as np

functions = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "relu": lambda z: np.maximum(z, 0),
             "leaky": lambda z: np.where(z < 0, 0.1 * z, z), "softsign": lambda z: z / (1 + np.abs(z))}
from_output = {"tanh": lambda a: 1 - a * a, "sigmoid": lambda a: a * (1 - a), "relu": lambda a: np.where(a > 0, 1.0, 0.0),
               "leaky": lambda a: np.where(a < 0, 0.1, 1.0), "softsign": lambda a: (1 - np.abs(a)) ** 2}

def build(n, plan, seed=12):
    rng = np.random.default_rng(seed)
    layers = []
    for s in plan:
        kind, width = s.split()
        layers.append({"W": rng.normal(size=(n, int(width))) * np.sqrt(1.5 / n), "b": np.zeros(int(width)), "kind": kind})
        n = int(width)
    return layers

def run_all(layers, X):
    outs = [X]
    for l in layers:
        outs.append(functions[l["kind"]](outs[-1] @ l["W"] + l["b"]))
    return outs

def half_mse(layers, X, Y):
    return np.sum((run_all(layers, X)[-1] - Y) ** 2) / 2 / len(X)

def gradients(layers, X, Y):
    outs = run_all(layers, X)
    back = (outs[-1] - Y) / len(X)
    g = []
    for l, inp, out in reversed(list(zip(layers, outs[:-1], outs[1:]))):
        back = back * from_output[l["kind"]](out)
        g.append((inp.T @ back, back.sum(axis=0)))
        back = back @ l["W"].T
    return g[::-1]

rng = np.random.default_rng(5)
X = rng.uniform(-1, 1, (110, 2))
Y = np.c_[X[:, 0] > X[:, 1] ** 2, X[:, 0] + X[:, 1] > 0].astype(float)
net = build(2, ["tanh 10", "leaky 12", "sigmoid 2"])
for t in range(500):
    for l, (dW, db) in zip(net, gradients(net, X, Y)):
        l["W"] -= 1.0 * dW
        l["b"] -= 1.0 * db
    if t % 100 == 99:
        print(t + 1, half_mse(net, X, Y))
