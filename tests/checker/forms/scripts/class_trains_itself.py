import numpy as np


class Net:
    def __init__(self, sizes, lr=0.1):
        self.lr = lr
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.random.randn(1, b) for b in sizes[1:]]

    def forward(self, x):
        self.activations = [x]
        for W, b in zip(self.weights, self.biases):
            x = 1 / (1 + np.exp(-(x @ W + b)))
            self.activations.append(x)
        return x

    def train(self, X, Y, epochs):
        for epoch in range(epochs):
            out = self.forward(X)
            delta = (out - Y) * out * (1 - out)
            for l in reversed(range(len(self.weights))):
                a = self.activations[l]
                dW = a.T @ delta
                db = delta.sum(axis=0, keepdims=True)
                if l > 0:
                    delta = (delta @ self.weights[l].T) * a * (1 - a)
                self.weights[l] -= self.lr * dW
                self.biases[l] -= self.lr * db


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    Y = np.array([[0], [1], [1], [0]])
    net = Net([2, 4, 3, 1])
    net.train(X, Y, 5000)
