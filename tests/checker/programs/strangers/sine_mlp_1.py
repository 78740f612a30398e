import numpy as np


class MLP:
    """relu hidden, linear output, mean squared error, mini batches."""

    def __init__(self, n_in, n_hidden, n_out, lr=0.05, seed=0):
        rng = np.random.RandomState(seed)
        self.w1 = rng.randn(n_in, n_hidden) * np.sqrt(2 / n_in)
        self.b1 = np.zeros(n_hidden)
        self.w2 = rng.randn(n_hidden, n_out) * np.sqrt(2 / n_hidden)
        self.b2 = np.zeros(n_out)
        self.lr = lr

    def forward(self, X):
        self.z1 = X @ self.w1 + self.b1
        self.a1 = np.maximum(0, self.z1)
        return self.a1 @ self.w2 + self.b2

    def fit(self, X, y, epochs=50, batch_size=16):
        for epoch in range(epochs):
            for i in range(0, len(X), batch_size):
                xb, yb = X[i:i + batch_size], y[i:i + batch_size]
                out = self.forward(xb)
                n = xb.shape[0]
                d_out = 2 * (out - yb) / n
                grad_w2 = self.a1.T @ d_out
                grad_b2 = d_out.sum(axis=0)
                self.w2 -= self.lr * grad_w2
                d_hidden = d_out @ self.w2.T
                d_hidden[self.z1 <= 0] = 0
                grad_w1 = xb.T @ d_hidden
                grad_b1 = d_hidden.sum(axis=0)
                self.w1 -= self.lr * grad_w1
                self.b1 -= self.lr * grad_b1
                self.b2 -= self.lr * grad_b2
        return self

    def predict(self, X):
        return self.forward(X)


if __name__ == "__main__":
    rng = np.random.RandomState(1)
    X = rng.uniform(-2, 2, size=(128, 1))
    y = np.sin(X)
    net = MLP(1, 16, 1).fit(X, y, epochs=200)
    print("mse", np.mean((net.predict(X) - y) ** 2))
