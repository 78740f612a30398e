"""A network whose hidden units can be chosen: sigmoid or tanh."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Net:
    def __init__(self, sizes=(3, 5, 2), hidden=np.tanh, learning_rate=0.1):
        rng = np.random.default_rng(3)
        self.W1, self.b1 = rng.normal(0, 0.7, sizes[:2]), np.zeros(sizes[1])
        self.W2, self.b2 = rng.normal(0, 0.7, sizes[1:]), np.zeros(sizes[2])
        self.hidden, self.learning_rate = hidden, learning_rate

    def forward(self, X):
        self.h = self.hidden(X @ self.W1 + self.b1)
        self.o = sigmoid(self.h @ self.W2 + self.b2)
        return self.o

    def loss(self, X, y):
        return 0.5 * np.sum((self.forward(X) - y) ** 2) / len(X)

    def backward(self, X, y):
        o = self.forward(X)
        d2 = (o - y) * o * (1 - o) / len(X)
        d1 = d2 @ self.W2.T * self.h * (1 - self.h)
        self.dW2, self.db2 = self.h.T @ d2, d2.sum(axis=0)
        self.dW1, self.db1 = X.T @ d1, d1.sum(axis=0)
