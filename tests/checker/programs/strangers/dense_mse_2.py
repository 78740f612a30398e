import numpy as np


class Dense:
    def __init__(self, n_in, n_out):
        self.weights = np.random.randn(n_in, n_out) * 0.5
        self.bias = np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        return x @ self.weights + self.bias

    def backward(self, grad, lr):
        grad_in = grad @ self.weights.T
        self.weights -= lr * self.x.T @ grad
        self.bias -= lr * grad.sum(axis=0, keepdims=True)
        return grad_in


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad, lr):
        return grad * (1 - np.tanh(self.out) ** 2)


def mse(y, p):
    return np.mean((p - y) ** 2)


def mse_prime(y, p):
    return 2 * (p - y) / y.size


np.random.seed(0)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
y = np.array([[0], [1], [1], [0]], float)
network = [Dense(2, 4), Tanh(), Dense(4, 4), Tanh(), Dense(4, 1), Tanh()]

for epoch in range(2000):
    out = X
    for layer in network:
        out = layer.forward(out)
    error = mse(y, out)
    grad = mse_prime(y, out)
    for layer in reversed(network):
        grad = layer.backward(grad, 0.1)
    if epoch % 500 == 0:
        print(epoch, error)
