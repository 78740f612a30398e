import numpy as np

def forward(theta, X):
    W1, b1, W2, b2 = theta
    H = np.tanh(X @ W1 + b1)
    S = H @ W2 + b2
    S = S - S.max(axis=1, keepdims=True)
    return H, S - np.log(np.exp(S).sum(axis=1, keepdims=True))

def nll(theta, X, Y):
    return -np.sum(Y * forward(theta, X)[1]) / len(X)

def backward(theta, X, Y):
    H, logp = forward(theta, X)
    D = (np.exp(logp) - Y) / len(X)
    E = D @ theta[2].T * (1 - H ** 2)
    return [X.T @ E, E.sum(axis=0), H.T @ D, D.sum(axis=0)]

def clip(grads, limit=50.0):
    norm = np.sqrt(sum(np.sum(g * g) for g in grads))
    return [g * (limit / norm) for g in grads] if norm > limit else grads

rng = np.random.default_rng(9)
X = rng.normal(size=(260, 2))
lab = (X[:, 0] ** 2 + X[:, 1] ** 2 < 1.1).astype(int)
Y = np.eye(2)[lab]
Xt, Yt, Xv, Yv = X[:200], Y[:200], X[200:], Y[200:]
theta = [rng.normal(size=(2, 10)), np.zeros(10), rng.normal(size=(10, 2)) * 0.3, np.zeros(2)]
lr0, best, wait, saved = 1.0, np.inf, 0, None
for it in range(600):
    lr = lr0 / (1 + 0.002 * it)
    theta = [p - lr * g for p, g in zip(theta, clip(backward(theta, Xt, Yt)))]
    v = nll(theta, Xv, Yv)
    if v < best - 1e-5:
        best, wait, saved = v, 0, [p.copy() for p in theta]
    else:
        wait += 1
        if wait >= 40:
            print("stopped early at", it)
            break
    if it % 100 == 0:
        print(it, nll(theta, Xt, Yt), v)
print("best validation loss", best)
