import numpy as np


class MLP:
    """layers: e.g. [2, 8, 8, 1]"""

    def __init__(self, layers, activation="tanh", lr=0.05):
        self.L = len(layers) - 1
        self.W = {}
        self.b = {}
        self.lr = lr
        for l in range(1, self.L + 1):
            self.W[l] = np.random.randn(layers[l], layers[l - 1]) * np.sqrt(1.0 / layers[l - 1])
            self.b[l] = np.zeros((layers[l], 1))
        self.act = {"tanh": np.tanh, "relu": lambda z: np.maximum(0, z)}[activation]
        self.dact = {"tanh": lambda a: 1 - a ** 2, "relu": lambda a: (a > 0).astype(float)}[activation]

    def forward(self, X):
        self.A = {0: X}
        for l in range(1, self.L + 1):
            Z = self.W[l] @ self.A[l - 1] + self.b[l]
            self.A[l] = self.act(Z) if l < self.L else Z
        return self.A[self.L]

    def backward(self, Y):
        m = Y.shape[1]
        self.dW, self.db = {}, {}
        dZ = (self.A[self.L] - Y) / m
        for l in range(self.L, 0, -1):
            self.dW[l] = dZ @ self.A[l - 1].T
            self.db[l] = dZ.sum(axis=1, keepdims=True)
            if l > 1:
                dZ = (self.W[l].T @ dZ) * self.dact(self.A[l])

    def update(self):
        for l in range(1, self.L + 1):
            self.W[l] -= self.lr * self.dW[l]
            self.b[l] -= self.lr * self.db[l]

    def fit(self, X, Y, epochs=500):
        for epoch in range(epochs):
            out = self.forward(X)
            loss = 0.5 * np.mean(np.sum((out - Y) ** 2, axis=0))
            self.backward(Y)
            self.update()
            if epoch % 100 == 0:
                print(epoch, loss)


if __name__ == "__main__":
    np.random.seed(0)
    X = np.random.uniform(-2, 2, (2, 100))
    Y = np.sin(X[:1]) * X[1:]
    MLP([2, 8, 8, 1]).fit(X, Y)
