import numpy as np

rng = np.random.default_rng(0)
X_train = rng.normal(size=(203, 5))
y_train = (X_train[:, 0] > 0).astype(int) + (X_train[:, 1] > 0.5).astype(int)
one_hot = np.eye(3)[y_train]
batch_size = 32
W1 = rng.normal(scale=0.5, size=(5, 7))
b1 = np.zeros(7)
W2 = rng.normal(scale=0.5, size=(7, 3))
b2 = np.zeros(3)


def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


learning_rate = 0.05
for epoch in range(20):
    order = rng.permutation(len(X_train))
    total = 0.0
    for start in range(0, len(X_train), batch_size):
        idx = order[start : start + batch_size]
        xb, yb = X_train[idx], one_hot[idx]
        h = 1 / (1 + np.exp(-(xb @ W1 + b1)))
        p = softmax(h @ W2 + b2)
        batch_loss = -np.sum(yb * np.log(p)) / len(xb)
        total += batch_loss
        grad_out = (p - yb) / len(xb)
        grad_W2 = h.T @ grad_out
        grad_b2 = grad_out.sum(axis=0)
        grad_h = grad_out @ W2.T * h * (1 - h)
        grad_W1 = xb.T @ grad_h
        grad_b1 = grad_h.sum(axis=0)
        W2 -= learning_rate * grad_W2
        b2 -= learning_rate * grad_b2
        W1 -= learning_rate * grad_W1
        b1 -= learning_rate * grad_b1
    print(f"epoch {epoch}: {total:.4f}")
