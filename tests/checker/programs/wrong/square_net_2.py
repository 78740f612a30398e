import numpy as np

# four values in, four out, two hidden layers of four
def act(z):
    return 1 / (1 + np.exp(-z))

def feed(Ws, bs, X):
    outs = [X]
    for W, b in zip(Ws, bs):
        outs.append(act(outs[-1] @ W + b))
    return outs

def gradient(Ws, bs, X, Y):
    outs = feed(Ws, bs, X)
    n = len(X)
    dWs = [None] * len(Ws)
    dbs = [None] * len(Ws)
    delta = (outs[-1] - Y) * outs[-1] * (1 - outs[-1])
    first = delta @ Ws[-1].T
    for l in range(len(Ws) - 1, -1, -1):
        dWs[l] = outs[l].T @ delta / n
        dbs[l] = delta.mean(axis=0)
        if l > 0:
            back = delta @ Ws[l].T
            delta = back * outs[l + 1] * (1 - outs[l + 1])
    return dWs, dbs

rng = np.random.default_rng(10)
Ws = [rng.normal(size=(4, 4)) for _ in range(3)]
bs = [np.zeros(4) for _ in range(3)]
X = rng.integers(0, 2, (16, 4)).astype(float)
Y = np.roll(X, 1, axis=1) * 0.8 + 0.1
for it in range(300):
    dWs, dbs = gradient(Ws, bs, X, Y)
    for l in range(3):
        Ws[l] -= 2.0 * dWs[l]
        bs[l] -= 2.0 * dbs[l]
    if it % 100 == 99:
        print(it + 1, 0.5 * np.sum((feed(Ws, bs, X)[-1] - Y) ** 2) / 16)
