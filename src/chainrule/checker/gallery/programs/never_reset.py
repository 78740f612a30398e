"""Gradients are gathered in arrays that live as long as the network."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Net:
    def __init__(self, sizes=(3, 5, 2), learning_rate=0.1):
        rng = np.random.default_rng(5)
        self.W = [rng.normal(0, 0.7, (i, o)) for i, o in zip(sizes[:-1], sizes[1:])]
        self.b = [np.zeros(o) for o in sizes[1:]]
        self.dW = [np.zeros_like(W) for W in self.W]
        self.db = [np.zeros_like(b) for b in self.b]
        self.learning_rate = learning_rate

    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.W, self.b):
            self.a.append(sigmoid(self.a[-1] @ W + b))
        return self.a[-1]

    def loss(self, X, y):
        return 0.5 * np.sum((self.forward(X) - y) ** 2) / len(X)

    def train_step(self, X, y):
        d = (self.forward(X) - y) / len(X)
        for l in range(len(self.W) - 1, -1, -1):
            d = d * self.a[l + 1] * (1 - self.a[l + 1])
            self.dW[l] += self.a[l].T @ d
            self.db[l] += d.sum(axis=0)
            d = d @ self.W[l].T
        for l in range(len(self.W)):
            self.W[l] -= self.learning_rate * self.dW[l]
            self.b[l] -= self.learning_rate * self.db[l]
