import numpy as np

np.random.seed(5)
data = np.random.rand(20, 4)
goal = np.random.rand(20, 2)
layers = [np.random.randn(4, 6), np.random.randn(6, 5), np.random.randn(5, 2)]


def act(z):
    return np.tanh(z)


def epoch(rate):
    outs = [data]
    for W in layers:
        outs.append(act(outs[-1] @ W))
    delta = (outs[-1] - goal) * (1 - outs[-1] ** 2) / len(data)
    for i in (2, 1, 0):
        step = outs[i].T @ delta
        delta = (delta @ layers[i].T) * (1 - outs[i] ** 2)
        layers[i] -= rate * step


for _ in range(400):
    epoch(0.3)
