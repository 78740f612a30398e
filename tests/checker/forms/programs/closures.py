import numpy as np


def make_network(n_in, n_hidden, n_out, rate=0.5):
    rng = np.random.default_rng(3)
    W1, b1 = rng.normal(size=(n_in, n_hidden)), np.zeros(n_hidden)
    W2, b2 = rng.normal(size=(n_hidden, n_out)), np.zeros(n_out)

    def forward(X):
        h = np.tanh(X @ W1 + b1)
        return h, 1 / (1 + np.exp(-(h @ W2 + b2)))

    def train(X, y):
        nonlocal W1, b1, W2, b2
        h, out = forward(X)
        d2 = (out - y) / len(X)
        d1 = (d2 @ W2.T) * (1 - h**2)
        W2 = W2 - rate * h.T @ d2
        b2 = b2 - rate * d2.sum(axis=0)
        W1 = W1 - rate * X.T @ d1
        b1 = b1 - rate * d1.sum(axis=0)

    return forward, train


if __name__ == "__main__":
    X = np.random.default_rng(0).normal(size=(40, 2))
    y = (X[:, :1] * X[:, 1:] > 0).astype(float)
    forward, train = make_network(2, 8, 1)
    for _ in range(500):
        train(X, y)
    print(np.mean((forward(X)[1] > 0.5) == y))
