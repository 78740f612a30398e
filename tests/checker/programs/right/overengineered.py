from abc import ABC, abstractmethod
import numpy as np


class Layer(ABC):
    params: dict = {}

    @abstractmethod
    def forward(self, x): ...

    @abstractmethod
    def backward(self, grad): ...


class Dense(Layer):
    def __init__(self, fan_in, fan_out, seed):
        rng = np.random.default_rng(seed)
        self.params = {"kernel": rng.normal(0, np.sqrt(1.5 / fan_in), (fan_in, fan_out)), "bias": np.zeros(fan_out)}
        self.grads = {}

    def forward(self, x):
        self._x = x
        return x @ self.params["kernel"] + self.params["bias"]

    def backward(self, grad):
        self.grads = {"kernel": self._x.T @ grad, "bias": grad.sum(axis=0)}
        return grad @ self.params["kernel"].T


class Tanh(Layer):
    def forward(self, x):
        self._y = np.tanh(x)
        return self._y

    def backward(self, grad):
        return grad * (1 - self._y ** 2)


class LeakyReLU(Layer):
    def __init__(self, slope=0.05):
        self.slope = slope

    def forward(self, x):
        self._mask = np.where(x > 0, 1.0, self.slope)
        return x * self._mask

    def backward(self, grad):
        return grad * self._mask


class Loss(ABC):
    @abstractmethod
    def value(self, out, target): ...

    @abstractmethod
    def gradient(self, out, target): ...


class SquaredError(Loss):
    def value(self, out, target):
        return 0.5 * np.square(out - target).sum(axis=1).mean()

    def gradient(self, out, target):
        return (out - target) / out.shape[0]


class SoftmaxCrossEntropy(Loss):
    def _log_softmax(self, out):
        out = out - out.max(axis=1, keepdims=True)
        return out - np.log(np.exp(out).sum(axis=1, keepdims=True))

    def value(self, out, target):
        return -(target * self._log_softmax(out)).sum(axis=1).mean()

    def gradient(self, out, target):
        return (np.exp(self._log_softmax(out)) - target) / out.shape[0]


class SGD:
    def __init__(self, lr):
        self.lr = lr

    def apply(self, layer):
        for name in layer.params:
            layer.params[name] -= self.lr * layer.grads[name]


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def compile(self, loss, optimizer):
        self.loss, self.optimizer = loss, optimizer

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def evaluate(self, x, y):
        return self.loss.value(self.predict(x), y)

    def train_step(self, x, y):
        grad = self.loss.gradient(self.predict(x), y)
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        for layer in self.layers:
            if layer.params:
                self.optimizer.apply(layer)

    def fit(self, x, y, epochs):
        for epoch in range(epochs):
            self.train_step(x, y)
            if (epoch + 1) % 100 == 0:
                print("epoch", epoch + 1, "loss", self.evaluate(x, y))


if __name__ == "__main__":
    rng = np.random.default_rng(11)
    c = rng.integers(0, 2, 120)
    X = rng.normal(size=(120, 2)) * 0.5 + np.where(c[:, None] == 1, [1, 1], [-1, 0.5])
    model = Sequential(Dense(2, 8, 1), Tanh(), Dense(8, 8, 2), LeakyReLU(), Dense(8, 2, 3))
    model.compile(SquaredError(), SGD(0.1))
    model.fit(X, np.eye(2)[c], 400)
