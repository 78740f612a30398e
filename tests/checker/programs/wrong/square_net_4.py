import numpy as np

# four values in, four out, two hidden layers of four
def act(z):
    return 1 / (1 + np.exp(-z))

def forward(Ws, bs, X):
    acts = [X]
    for W, b in zip(Ws, bs):
        acts.append(act(acts[-1] @ W + b))
    return acts

def gradient(Ws, bs, X, Y):
    acts = forward(Ws, bs, X)
    n = len(X)
    dWs = [None] * len(Ws)
    dbs = [None] * len(Ws)
    delta = (acts[-1] - Y) * acts[-1] * (1 - acts[-1])
    first = delta @ Ws[-1].T
    for l in range(len(Ws) - 1, -1, -1):
        dWs[l] = acts[l + 1].T @ delta / n
        dbs[l] = delta.mean(axis=0)
        if l > 0:
            back = delta @ Ws[l].T
            delta = back * acts[l] * (1 - acts[l])
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
        print(it + 1, 0.5 * np.sum((forward(Ws, bs, X)[-1] - Y) ** 2) / 16)
