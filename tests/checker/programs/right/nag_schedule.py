import numpy as np

rng = np.random.default_rng(37)
lab = rng.integers(0, 2, 140)
ang = rng.uniform(0, 3.1, 140)
X = np.c_[np.cos(ang) + lab, np.sin(ang) * (1 - 2 * lab) + 0.4 * lab] + 0.1 * rng.normal(size=(140, 2))
Y = np.eye(2)[lab]

def hidden(w, X):
    return np.tanh(X @ w[0] + w[1])

def logits(w, X):
    return hidden(w, X) @ w[2] + w[3]

def objective(w, X, Y):
    s = logits(w, X)
    return np.mean(np.logaddexp.reduce(s, axis=1) - np.sum(Y * s, axis=1))

def gradient(w, X, Y):
    h = hidden(w, X)
    s = h @ w[2] + w[3]
    p = np.exp(s - np.logaddexp.reduce(s, axis=1, keepdims=True))
    d = (p - Y) / len(Y)
    e = d @ w[2].T * (1 - h ** 2)
    return [X.T @ e, e.sum(axis=0), h.T @ d, d.sum(axis=0)]

w = [rng.normal(size=(2, 10)), np.zeros(10), rng.normal(size=(10, 2)) * 0.4, np.zeros(2)]
v = [np.zeros_like(a) for a in w]
mu = 0.9
for t in range(150):
    ahead = [a + mu * b for a, b in zip(w, v)]
    g = gradient(ahead, X, Y)
    rate = 0.2 / (1 + t / 100)
    v = [mu * b - rate * c for b, c in zip(v, g)]
    w = [a + b for a, b in zip(w, v)]
    if t % 50 == 49:
        print(t + 1, objective(w, X, Y))
