import numpy as np

# All parameters live in one long vector; a numerical check is run first.
SHAPES = [(4, 5), (5,), (5, 3), (3,)]
SIZES = [int(np.prod(s)) for s in SHAPES]

def unpack(theta):
    parts = np.split(theta, np.cumsum(SIZES)[:-1])
    return [p.reshape(s) for p, s in zip(parts, SHAPES)]

def pack(arrays):
    return np.concatenate([np.ravel(a) for a in arrays])

def log_softmax(s):
    s = s - s.max(axis=1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))

def objective(theta, X, y):
    W1, b1, W2, b2 = unpack(theta)
    hidden = np.tanh(X @ W1 + b1)
    logp = log_softmax(hidden @ W2 + b2)
    return -logp[np.arange(len(y)), y].mean()

def objective_grad(theta, X, y):
    W1, b1, W2, b2 = unpack(theta)
    hidden = np.tanh(X @ W1 + b1)
    logp = log_softmax(hidden @ W2 + b2)
    g_scores = np.exp(logp)
    g_scores[np.arange(len(y)), y] -= 1.0
    g_scores = -g_scores / len(y)
    g_W2 = hidden.T @ g_scores
    g_b2 = g_scores.sum(axis=0)
    g_pre = (g_scores @ W2.T) * (1.0 - hidden ** 2)
    g_W1 = X.T @ g_pre
    g_b1 = g_pre.sum(axis=0)
    return pack([g_W1, g_b1, g_W2, g_b2])

def numerical(theta, X, y, h=1e-5):
    out = np.zeros_like(theta)
    for i in range(theta.size):
        step = np.zeros_like(theta)
        step[i] = h
        out[i] = (objective(theta + step, X, y) - objective(theta - step, X, y)) / (2 * h)
    return out

rng = np.random.default_rng(8)
X = rng.normal(size=(50, 4))
y = (X[:, 0] > 0).astype(int) + (X[:, 1] + X[:, 2] > 0).astype(int)
theta = rng.normal(scale=0.5, size=sum(SIZES))
print("largest difference:", np.abs(numerical(theta, X, y) - objective_grad(theta, X, y)).max())

for it in range(200):
    theta = theta - 0.5 * objective_grad(theta, X, y)
    if it % 50 == 0:
        print(it, objective(theta, X, y))
print("end", objective(theta, X, y))
