import numpy as np

rng = np.random.default_rng(99)

def dense(n, m):
    W, b = rng.normal(size=(n, m)) / np.sqrt(n), np.zeros(m)
    def forward(x):
        def pullback(dy):
            return dy @ W.T, (x.T @ dy, dy.sum(axis=0))
        return x @ W + b, pullback
    return forward, (W, b)

def tanh_layer():
    def forward(x):
        y = np.tanh(x)
        return y, lambda dy: (dy * (1 - y * y), ())
    return forward, ()

layers = [dense(2, 9), tanh_layer(), dense(9, 9), tanh_layer(), dense(9, 1)]

def value_and_grads(x, target):
    tape = []
    for forward, _ in layers:
        x, back = forward(x)
        tape.append(back)
    diff = x - target
    d = 2 * diff
    grads = []
    for back in reversed(tape):
        d, g = back(d)
        grads.append(g)
    return float(np.sum(diff ** 2)), grads[::-1]

X = rng.uniform(-1, 1, (50, 2))
T = (X[:, :1] * X[:, 1:])
for i in range(600):
    value, grads = value_and_grads(X, T)
    for (_, params), g in zip(layers, grads):
        for p, dp in zip(params, g):
            p -= 0.005 * dp
    if i % 150 == 0:
        print(i, value)
