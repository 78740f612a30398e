"""The error is target minus output, and the step follows it."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Net:
    def __init__(self, sizes=(3, 5, 2), learning_rate=0.1):
        rng = np.random.default_rng(6)
        self.W1, self.b1 = rng.normal(0, 0.7, sizes[:2]), np.zeros(sizes[1])
        self.W2, self.b2 = rng.normal(0, 0.7, sizes[1:]), np.zeros(sizes[2])
        self.learning_rate = learning_rate

    def forward(self, X):
        self.a1 = sigmoid(X @ self.W1 + self.b1)
        self.a2 = sigmoid(self.a1 @ self.W2 + self.b2)
        return self.a2

    def loss(self, X, y):
        return 0.5 * np.sum((y - self.forward(X)) ** 2) / len(X)

    def train_step(self, X, y):
        a2 = self.forward(X)
        d2 = (y - a2) * a2 * (1 - a2) / len(X)
        d1 = d2 @ self.W2.T * self.a1 * (1 - self.a1)
        self.W1 -= self.learning_rate * X.T @ d1
        self.b1 -= self.learning_rate * d1.sum(axis=0)
        self.W2 -= self.learning_rate * self.a1.T @ d2
        self.b2 -= self.learning_rate * d2.sum(axis=0)
