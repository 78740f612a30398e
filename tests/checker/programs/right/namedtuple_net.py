from collections import namedtuple
from functools import reduce
import numpy as np

Layer = namedtuple("Layer", "w b")

def forward(layers, x):
    def go(acts, il):
        i, l = il
        z = acts[-1] @ l.w + l.b
        return acts + [np.tanh(z) if i < len(layers) - 1 else z]
    return reduce(go, enumerate(layers), [x])

def log_probs(s):
    return s - np.logaddexp.reduce(s, axis=1, keepdims=True)

def loss(layers, x, y):
    return -np.mean(log_probs(forward(layers, x)[-1])[np.arange(len(y)), y])

def grad(layers, x, y):
    acts = forward(layers, x)
    first = (np.exp(log_probs(acts[-1])) - np.eye(acts[-1].shape[1])[y]) / len(y)
    def go(state, la):
        d, out = state
        l, a = la
        return (d @ l.w.T) * (1 - a ** 2), [Layer(a.T @ d, d.sum(0))] + out
    return reduce(go, zip(layers[::-1], acts[-2::-1]), (first, []))[1]

def descend(layers, grads, lr):
    return [Layer(l.w - lr * g.w, l.b - lr * g.b) for l, g in zip(layers, grads)]

rng = np.random.default_rng(8)
layers = [Layer(rng.normal(size=(i, o)) / np.sqrt(i), np.zeros(o)) for i, o in ((2, 12), (12, 8), (8, 3))]
y = rng.integers(0, 3, 150)
X = np.c_[np.cos(y * 2.1), np.sin(y * 2.1)] + 0.35 * rng.normal(size=(150, 2))
for step in range(150):
    layers = descend(layers, grad(layers, X, y), 0.5)
    if step % 50 == 49:
        print(step + 1, loss(layers, X, y))
