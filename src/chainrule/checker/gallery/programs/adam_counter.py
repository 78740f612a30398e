"""Adam, written so that one object looks after all parameters."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Adam:
    def __init__(self, learning_rate=0.05):
        self.learning_rate, self.t = learning_rate, 0
        self.m, self.v = {}, {}

    def step(self, params, grads):
        for name, g in grads.items():
            self.t += 1
            self.m[name] = 0.9 * self.m.get(name, 0) + 0.1 * g
            self.v[name] = 0.999 * self.v.get(name, 0) + 0.001 * g**2
            m = self.m[name] / (1 - 0.9**self.t)
            v = self.v[name] / (1 - 0.999**self.t)
            params[name] = params[name] - self.learning_rate * m / (np.sqrt(v) + 1e-8)


class Net:
    def __init__(self, inputs=3, hidden=5, outputs=2, learning_rate=0.05):
        rng = np.random.default_rng(1)
        self.params = {
            "W1": rng.normal(0, 0.6, (inputs, hidden)), "b1": np.zeros(hidden),
            "W2": rng.normal(0, 0.6, (hidden, outputs)), "b2": np.zeros(outputs),
        }
        self.optimizer = Adam(learning_rate)

    def forward(self, X):
        self.a1 = np.tanh(X @ self.params["W1"] + self.params["b1"])
        self.a2 = sigmoid(self.a1 @ self.params["W2"] + self.params["b2"])
        return self.a2

    def loss(self, X, y):
        return 0.5 * np.sum((self.forward(X) - y) ** 2) / len(X)

    def train_step(self, X, y):
        a2 = self.forward(X)
        d2 = (a2 - y) * a2 * (1 - a2) / len(X)
        d1 = d2 @ self.params["W2"].T * (1 - self.a1**2)
        self.optimizer.step(
            self.params,
            {"W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": self.a1.T @ d2, "b2": d2.sum(axis=0)},
        )
