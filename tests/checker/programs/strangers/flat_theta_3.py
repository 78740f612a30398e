import numpy as np

# All parameters live in one long vector; a numerical check is run first.
SHAPES = [(4, 5), (5,), (5, 3), (3,)]
SIZES = [int(np.prod(s)) for s in SHAPES]

def unpack(p):
    parts = np.split(p, np.cumsum(SIZES)[:-1])
    return [p.reshape(s) for p, s in zip(parts, SHAPES)]

def pack(arrays):
    return np.concatenate([np.ravel(a) for a in arrays])

def log_softmax(s):
    s = s - s.max(axis=1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))

def objective(p, X, y):
    W1, b1, W2, b2 = unpack(p)
    hidden = np.tanh(X @ W1 + b1)
    logp = log_softmax(hidden @ W2 + b2)
    return -logp[np.arange(len(y)), y].mean()

def objective_grad(p, X, y):
    W1, b1, W2, b2 = unpack(p)
    hidden = np.tanh(X @ W1 + b1)
    logp = log_softmax(hidden @ W2 + b2)
    g_scores = np.exp(logp)
    g_scores[np.arange(len(y)), y] -= 1.0
    g_scores /= len(y)
    g_W2 = hidden.T @ g_scores
    g_b2 = g_scores.sum(axis=0)
    g_pre = (g_scores @ W2.T) * (1.0 - hidden)
    g_W1 = X.T @ g_pre
    g_b1 = g_pre.sum(axis=0)
    return pack([g_W1, g_b1, g_W2, g_b2])

def numerical(p, X, y, h=1e-5):
    out = np.zeros_like(p)
    for i in range(p.size):
        step = np.zeros_like(p)
        step[i] = h
        out[i] = (objective(p + step, X, y) - objective(p - step, X, y)) / (2 * h)
    return out

rng = np.random.default_rng(8)
X = rng.normal(size=(50, 4))
y = (X[:, 0] > 0).astype(int) + (X[:, 1] + X[:, 2] > 0).astype(int)
p = rng.normal(scale=0.5, size=sum(SIZES))
print("largest difference:", np.abs(numerical(p, X, y) - objective_grad(p, X, y)).max())

for it in range(200):
    p = p - 0.5 * objective_grad(p, X, y)
    if it % 50 == 0:
        print(it, objective(p, X, y))
print("end", objective(p, X, y))
