import numpy as np

rng = np.random.default_rng(64)
y = rng.integers(0, 3, 150)
X = np.array([[420., 130, 3.1], [610., 250, 3.4], [300., 310, 2.9]])[y] + rng.normal(size=(150, 3)) * [60., 30, 0.2]

order = rng.permutation(len(X))
X, y = X[order], y[order]
X_train, y_train, X_test, y_test = X[:110], y[:110], X[110:], y[110:]
mean, std = X_train.mean(axis=0), X_train.std(axis=0)
X_train = (X_train - mean) / std
X_test = (X_test - mean) / std

Wa = rng.normal(0, 1e-4, (3, 10)); b1 = np.zeros(10)
Wb = rng.normal(0, 1e-4, (10, 3)); b2 = np.zeros(3)
T = np.eye(3)[y_train]

def forward(X):
    hidden = 1 / (1 + np.exp(-(X @ Wa + b1)))
    s = hidden @ Wb + b2
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)

def acc(X, y):
    guess = np.argmax(forward(X)[1], axis=1)
    return np.mean(guess == y)

for epoch in range(200):
    hidden, p = forward(X_train)
    d2 = (p - T) / len(T)
    d1 = d2 @ Wb.T * hidden * (1 - hidden)
    Wb -= 0.5 * hidden.T @ d2; b2 -= 0.5 * d2.sum(axis=0)
    Wa -= 0.5 * X_train.T @ d1; b1 -= 0.5 * d1.sum(axis=0)
    if epoch % 50 == 49:
        print(epoch + 1, acc(X_train, y_train), acc(X_test, y_test))
