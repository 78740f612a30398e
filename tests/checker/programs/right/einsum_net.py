import numpy as np

rng = np.random.default_rng(3)
U = rng.normal(0, .7, (3, 9)); u = np.zeros(9)
V = rng.normal(0, .4, (9, 3)); v = np.zeros(3)

def smooth(labels, k, eps=0.1):
    return np.eye(k)[labels] * (1 - eps) + eps / k

def scores(X):
    h = np.tanh(np.einsum('ni,ij->nj', X, U) + u)
    return h, np.einsum('nj,jk->nk', h, V) + v

def log_softmax(s):
    s = s - s.max(1, keepdims=True)
    return s - np.log(np.exp(s).sum(1, keepdims=True))

def loss(X, T):
    return -np.einsum('nk,nk->', T, log_softmax(scores(X)[1])) / len(X)

def gradients(X, T):
    h, s = scores(X)
    d = (np.exp(log_softmax(s)) - T) / len(X)
    e = np.einsum('nk,jk,nj->nj', d, V, 1 - h ** 2)
    return (np.einsum('ni,nj->ij', X, e), np.einsum('nj->j', e),
            np.einsum('nj,nk->jk', h, d), np.einsum('nk->k', d))

lab = rng.integers(0, 3, 120)
X = np.eye(3)[lab] + rng.normal(0, .35, (120, 3))
T = smooth(lab, 3)
for i in range(150):
    for p, g in zip((U, u, V, v), gradients(X, T)):
        p -= 0.5 * g
    if i % 50 == 49:
        print(i + 1, loss(X, T), (scores(X)[1].argmax(1) == lab).mean())
