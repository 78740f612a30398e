import numpy as np

rng = np.random.default_rng(3)
Wb = [rng.normal(size=(4, 4)), np.zeros((4, 1)), rng.normal(size=(4, 4)), np.zeros((4, 1))]

def out(X):
    H = np.tanh(Wb[0] @ X + Wb[1])
    return H, 1 / (1 + np.exp(-(Wb[2] @ H + Wb[3])))

def grads(X, Y):
    m = X.shape[1]
    H, O = out(X)
    dO = (O - Y) * O * (1 - O) / m
    dH = (Wb[2] @ dO) * (1 - H ** 2)
    return [dH @ X.T, dH.sum(axis=1).reshape(-1, 1), dO @ H.T, dO.sum(axis=1).reshape(-1, 1)]

data = rng.integers(0, 2, (4, 40)).astype(float)
target = np.roll(data, 1, axis=0)
for it in range(500):
    s = 4 * (it % 10)
    block = slice(s, s + 4)
    for p, g in zip(Wb, grads(data[:, block], target[:, block])):
        p -= 1.0 * g
    if it % 100 == 99:
        print(it + 1, 0.5 * np.mean(np.sum((out(data)[1] - target) ** 2, axis=0)))
