"""Two circles: the gradient step of a network 2-4-8-1, all rows at once."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Layer:
    def __init__(self, inputs, units, rng):
        self.W = rng.uniform(-1, 1, (inputs, units))
        self.b = rng.uniform(-1, 1, (1, units))

    def forward(self, x):
        self.x, self.a = x, sigmoid(x @ self.W + self.b)
        return self.a


class Net:
    def __init__(self, sizes=(2, 4, 8, 1), learning_rate=0.05):
        rng = np.random.default_rng(4)
        self.layers = [Layer(i, o, rng) for i, o in zip(sizes[:-1], sizes[1:])]
        self.learning_rate = learning_rate

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, y):
        return 0.5 * np.sum((self.forward(x) - y) ** 2)

    def train_step(self, x, y):
        error = self.forward(x) - y
        steps = []
        for layer in reversed(self.layers):
            d = error * layer.a * (1 - layer.a)
            error = d @ layer.W.T
            steps.append((layer, layer.x.T @ d, d.mean(axis=0, keepdims=True)))
        for layer, dW, db in steps:
            layer.W -= self.learning_rate * dW
            layer.b -= self.learning_rate * db
