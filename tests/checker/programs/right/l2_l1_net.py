import numpy as np

LAM1, LAM2 = 1e-4, 1e-3

def split(w, X):
    h = np.tanh(X @ w[0] + w[1])
    return h, h @ w[2] + w[3]

def total(w, X, Y):
    fit = np.mean((split(w, X)[1] - Y) ** 2)
    return fit + sum(LAM1 * np.abs(m).sum() + LAM2 * (m ** 2).sum() for m in (w[0], w[2]))

def gradient(w, X, Y):
    h, o = split(w, X)
    d = 2.0 * (o - Y) / len(Y)
    e = d @ w[2].T * (1 - h ** 2)
    g = [X.T @ e, e.sum(0), h.T @ d, d.sum(0)]
    for k in (0, 2):
        g[k] = g[k] + LAM1 * np.sign(w[k]) + 2 * LAM2 * w[k]
    return g

gen = np.random.default_rng(55)
w = [gen.normal(size=(3, 9)), np.zeros(9), gen.normal(size=(9, 1)) / 3, np.zeros(1)]
X = gen.normal(size=(90, 3))
Y = np.sin(X[:, [0]]) + 0.3 * X[:, [1]]
for t in range(400):
    w = [a - 0.1 * b for a, b in zip(w, gradient(w, X, Y))]
    if t % 100 == 99:
        print(t + 1, total(w, X, Y))
