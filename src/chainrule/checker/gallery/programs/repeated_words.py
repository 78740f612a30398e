"""A table of word vectors, a hidden layer, and a word to be guessed."""
import numpy as np

rng = np.random.default_rng(0)
WORDS, SIZE = 12, 4
E = rng.normal(0, 0.5, (WORDS, SIZE))
W = rng.normal(0, 0.5, (SIZE, WORDS))
ids = rng.integers(0, WORDS, 30)  # the words of a text: most of them come again
wanted = np.roll(ids, -1)

for epoch in range(200):
    h = np.tanh(E[ids])
    scores = h @ W
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    d = p.copy()
    d[np.arange(len(ids)), wanted] -= 1
    d /= len(ids)
    dE = np.zeros_like(E)
    dE[ids] += d @ W.T * (1 - h**2)
    E -= 0.5 * dE
    W -= 0.5 * h.T @ d
