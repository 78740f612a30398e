import numpy as np

def init_params(sizes, seed=0):
    rng = np.random.default_rng(seed)
    params = []
    for i in range(len(sizes) - 1):
        params.append((rng.normal(size=(sizes[i], sizes[i + 1])), np.zeros(sizes[i + 1])))
    return params

def train_step(params, X, y, lr):
    acts = [X]
    for i, (W, b) in enumerate(params):
        z = acts[-1] @ W + b
        acts.append(np.maximum(z, 0) if i < len(params) - 1 else z)
    delta = 2 * (acts[-1] - y) / len(X)
    loss = np.mean(np.sum((acts[-1] - y) ** 2, axis=1))
    new = [None] * len(params)
    for i in range(len(params) - 1, -1, -1):
        W, b = params[i]
        new[i] = (W - lr * acts[i].T @ delta, b - lr * delta.sum(axis=0))
        delta = (delta @ W.T) * (acts[i] > 0)
    return new, loss
