import numpy as np

class NN:
    def __init__(self, dims):
        self.n = len(dims) - 1
        rng = np.random.default_rng(42)
        for i in range(1, self.n + 1):
            setattr(self, f"W{i}", rng.normal(size=(dims[i - 1], dims[i])) * np.sqrt(2.0 / dims[i - 1]))
            setattr(self, f"b{i}", np.zeros(dims[i]))

    def forward(self, X):
        self.A0 = X
        for i in range(1, self.n + 1):
            Z = getattr(self, f"A{i-1}") @ getattr(self, f"W{i}") + getattr(self, f"b{i}")
            setattr(self, f"Z{i}", Z)
            setattr(self, f"A{i}", np.maximum(0, Z) if i < self.n else 1 / (1 + np.exp(-Z)))
        return getattr(self, f"A{self.n}")

    def loss(self, X, y):
        p = np.clip(self.forward(X), 1e-12, 1 - 1e-12)
        return float(np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))))

    def backward(self, y):
        dZ = (getattr(self, f"A{self.n}") - y) / y.shape[0]
        for i in range(self.n, 0, -1):
            setattr(self, f"dW{i}", getattr(self, f"A{i-1}").T @ dZ)
            setattr(self, f"db{i}", dZ.sum(axis=0))
            if i > 1:
                dZ = (dZ @ getattr(self, f"W{i}").T) * (getattr(self, f"Z{i-1}") > 0)

    def step(self, lr):
        for i in range(1, self.n + 1):
            for a in "Wb":
                setattr(self, f"{a}{i}", getattr(self, f"{a}{i}") - lr * getattr(self, f"d{a}{i}"))

    def fit(self, X, y, epochs=300, lr=0.3):
        for ep in range(epochs):
            self.forward(X)
            self.backward(y)
            self.step(lr)
            if ep % 100 == 99:
                print(ep + 1, self.loss(X, y))

if __name__ == "__main__":
    g = np.random.default_rng(1)
    X = g.normal(size=(150, 2))
    y = (X[:, :1] > np.sin(2 * X[:, 1:])).astype(float)
    NN([2, 16, 8, 1]).fit(X, y)
