import numpy as np

rng = np.random.default_rng(77)
X = rng.normal(size=(64, 3))
Y = np.stack([np.tanh(X[:, 0] + X[:, 1]), X[:, 2] * 0.5], axis=1)
W1 = rng.normal(size=(3, 9)) / np.sqrt(3)
W2 = rng.normal(size=(9, 7)) / 3
W3 = rng.normal(size=(7, 2)) / np.sqrt(7)

for step in range(800):
    h1 = np.tanh(X @ W1)
    h2 = np.tanh(h1 @ W2)
    out = h2 @ W3
    loss = np.mean(np.sum((out - Y) ** 2, axis=1))
    d3 = 2 * (out - Y) / X.shape[0]
    d2 = d3 @ W3.T * (1 - h2 * h2)
    d1 = d2 @ W2.T * (1 - h1 * h1)
    for W, a, d in ((W3, h2, d3), (W2, h1, d2), (W1, X, d1)):
        W -= 0.1 * (a.T @ d)
    if step % 200 == 0:
        print(step, loss)
