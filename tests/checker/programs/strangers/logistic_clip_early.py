import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(400, 5))
true_w = rng.normal(size=(5, 1))
y = (X @ true_w + 0.3 * rng.normal(size=(400, 1)) > 0).astype(float)
X_train, X_val, y_train, y_val = X[:300], X[300:], y[:300], y[300:]

w = np.zeros((5, 1))
b = 0.0
lr = 0.5
weight_decay = 1e-3
max_norm = 5.0
best, bad_epochs, patience = np.inf, 0, 10


def predict(X):
    return 1 / (1 + np.exp(-(X @ w + b)))


def bce(p, y):
    return -np.mean(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))


for epoch in range(500):
    perm = rng.permutation(len(X_train))
    for i in range(0, len(X_train), 32):
        xb, yb = X_train[perm[i:i + 32]], y_train[perm[i:i + 32]]
        p = predict(xb)
        error = p - yb
        gw = xb.T @ error / len(xb) + weight_decay * w
        gb = error.mean()
        norm = np.sqrt((gw ** 2).sum() + gb ** 2)
        if norm > max_norm:
            gw *= max_norm / norm
            gb *= max_norm / norm
        w -= lr * gw
        b -= lr * gb
    val = bce(predict(X_val), y_val)
    if val < best - 1e-5:
        best, bad_epochs = val, 0
    else:
        bad_epochs += 1
    if bad_epochs >= patience:
        print("early stop at", epoch, best)
        break
