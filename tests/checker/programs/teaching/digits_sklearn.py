import numpy as np
try:
    from sklearn.datasets import load_digits
    bunch = load_digits()
    data, target = np.asarray(bunch.data, dtype=float), np.asarray(bunch.target, dtype=int)
    assert data.shape[1] == 64
except Exception:
    gen = np.random.RandomState(0)
    target = gen.randint(0, 10, 600)
    data = np.clip(gen.randint(0, 17, (10, 64))[target] + 3 * gen.randn(600, 64), 0, 16)

np.random.seed(42)
data = data / 16.0
order = np.random.permutation(len(data))
cut = int(0.8 * len(data))
X_train, y_train = data[order[:cut]], target[order[:cut]]
X_test, y_test = data[order[cut:]], target[order[cut:]]

W1 = np.random.randn(64, 30) * np.sqrt(1 / 64)
b1 = np.zeros(30)
W2 = np.random.randn(30, 10) * np.sqrt(1 / 30)
b2 = np.zeros(10)

def forward(X):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    s = h @ W2 + b2
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)

def backward(X, T, h, p):
    d2 = (p - T) / len(X)
    d1 = (d2 @ W2.T) * h * (1 - h)
    return X.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)

for epoch in range(10):
    order = np.random.permutation(len(X_train))
    for start in range(0, len(X_train), 20):
        i = order[start:start + 20]
        T = np.eye(10)[y_train[i]]
        for p, g in zip((W1, b1, W2, b2), backward(X_train[i], T, *forward(X_train[i]))):
            p -= 0.8 * g
    print(epoch, "test accuracy", np.mean(forward(X_test)[1].argmax(axis=1) == y_test))
