import numpy as np


class SigmoidLayer:
    """Fully connected layer followed by a sigmoid."""

    def __init__(self, n_inputs, n_units, rng):
        self.weights = rng.uniform(-1, 1, (n_inputs, n_units))
        self.biases = rng.uniform(-1, 1, (1, n_units))

    def forward(self, x):
        self.x = x
        self.out = 1 / (1 + np.exp(-(x @ self.weights + self.biases)))
        return self.out

    def backward(self, error):
        self.delta = error * self.out * (1 - self.out)
        return self.delta @ self.weights.T

    def learn(self, rate):
        self.weights = self.weights - rate * self.x.T @ self.delta
        self.biases = self.biases - rate * self.delta.sum(axis=0, keepdims=True)


class XorNetwork:
    def __init__(self, seed=5):
        rng = np.random.default_rng(seed)
        self.l1 = SigmoidLayer(2, 3, rng)
        self.l2 = SigmoidLayer(3, 1, rng)

    def predict(self, x):
        return self.l2.forward(self.l1.forward(x))

    def train_once(self, x, y, rate=0.5):
        error = self.predict(x) - y
        self.l1.backward(self.l2.backward(error))
        self.l1.learn(rate)
        self.l2.learn(rate)

    def train(self, epochs):
        for epoch in range(epochs):
            self.train_once(X, y)
            if epoch % 2000 == 0:
                print(epoch, "loss", 0.5 * np.sum((self.predict(X) - y) ** 2))


X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
net = XorNetwork()
net.train(epochs=6000)
print(net.predict(X).round(2).tolist())
