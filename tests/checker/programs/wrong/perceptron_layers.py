import numpy as np

class Layer:
    def __init__(self, n_in, n_out, seed, squash=True):
        rng = np.random.default_rng(seed)
        self.W = rng.normal(size=(n_in, n_out)) / np.sqrt(n_in)
        self.b = np.zeros(n_out)
        self.squash = squash

    def forward(self, x):
        self.x = x
        s = x @ self.W + self.b
        self.y = np.tanh(s) if self.squash else s
        return self.y

    def backward(self, grad, rate):
        if self.squash:
            grad = grad * (1 - self.y ** 2)
        below = grad @ self.W.T
        self.W = self.W + rate * self.x.T @ grad
        self.b = self.b + rate * grad.sum(axis=0)
        return below

def half_mse(out, y):
    return np.sum((out - y) ** 2) / (2 * len(y))

def train_step(layers, x, y, rate):
    for l in layers:
        x = l.forward(x)
    value = half_mse(x, y)
    grad = (x - y) / len(y)
    for l in reversed(layers):
        grad = l.backward(grad, rate)
    return value

rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, (80, 2))
Y = (X[:, :1] - X[:, 1:]) ** 2
net = [Layer(2, 10, 1), Layer(10, 10, 2), Layer(10, 1, 3, squash=False)]
for t in range(400):
    value = train_step(net, X, Y, 0.01)
    if t % 100 == 99:
        print(t + 1, value)
