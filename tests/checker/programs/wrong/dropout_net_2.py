import numpy as np

class DropNet:
    def __init__(self, n_in, n_hidden, n_out, drop=0.3, seed=0):
        self.r = np.random.RandomState(seed)
        self.W1 = self.r.randn(n_in, n_hidden) * np.sqrt(2.0 / n_in)
        self.b1 = np.zeros(n_hidden)
        self.W2 = self.r.randn(n_hidden, n_out) * np.sqrt(1.0 / n_hidden)
        self.b2 = np.zeros(n_out)
        self.drop = drop

    def forward(self, X, training=True):
        self.X = X
        self.z = X @ self.W1 + self.b1
        self.h = np.maximum(self.z, 0)
        if training:
            self.m = (self.r.rand(*self.h.shape) > self.drop) / (self.drop)
        else:
            self.m = np.ones_like(self.h)
        self.h = self.h * self.m
        s = self.h @ self.W2 + self.b2
        s = s - s.max(axis=1, keepdims=True)
        self.p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        return self.p

    def backward(self, Y):
        d = (self.p - Y) / len(Y)
        self.dW2, self.db2 = self.h.T @ d, d.sum(axis=0)
        dh = d @ self.W2.T * self.m
        dz = dh * (self.z > 0)
        self.dW1, self.db1 = self.X.T @ dz, dz.sum(axis=0)

    def step(self, lr):
        self.W1 -= lr * self.dW1
        self.b1 -= lr * self.db1
        self.W2 -= lr * self.dW2
        self.b2 -= lr * self.db2

    def evaluate(self, X, y):
        return np.mean(self.forward(X, training=False).argmax(axis=1) == y)

if __name__ == "__main__":
    r = np.random.RandomState(12)
    y = r.randint(0, 3, 240)
    X = np.array([[1, 0, 0, 1], [0, 1, 1, 0], [1, 1, 0, 0]])[y] + 0.5 * r.randn(240, 4)
    net = DropNet(4, 20, 3)
    for epoch in range(150):
        net.forward(X[:180])
        net.backward(np.eye(3)[y[:180]])
        net.step(0.3)
        if epoch % 50 == 49:
            print(epoch + 1, net.evaluate(X[:180], y[:180]), net.evaluate(X[180:], y[180:]))
