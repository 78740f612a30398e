import numpy as np
x = np.array([[0.05, 0.10]]); t = np.array([[0.01, 0.99]])
W1 = np.array([[0.15, 0.25], [0.20, 0.30]]); b1 = 0.35
W2 = np.array([[0.40, 0.50], [0.45, 0.55]]); b2 = 0.60
lr = 0.5
sig = lambda v: 1 / (1 + np.exp(-v))
for epoch in range(10000):
    h = sig(x @ W1 + b1)
    o = sig(h @ W2 + b2)
    E = 0.5 * np.sum((t - o) ** 2)
    d2 = (o - t) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    W2 -= lr * h.T @ d2
    W1 -= lr * x.T @ d1
print(E, o)
