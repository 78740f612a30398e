import numpy as np


class Linear:
    def __init__(self, n_in, n_out, rng):
        self.W = rng.normal(0, np.sqrt(1.0 / n_in), size=(n_in, n_out))
        self.b = np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0, keepdims=True)
        return grad @ self.W.T


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, grad):
        return grad


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)


class BCELoss:
    def forward(self, p, y):
        self.p, self.y = np.clip(p, 1e-12, 1 - 1e-12), y
        return -np.mean(y * np.log(self.p) + (1 - y) * np.log(1 - self.p))

    def backward(self):
        return (self.p - self.y) / (self.p * (1 - self.p)) / self.y.size


class SGD:
    def __init__(self, model, lr, momentum=0.9):
        self.model, self.lr, self.momentum = model, lr, momentum
        self.velocity = {}

    def step(self):
        for i, layer in enumerate(self.model.layers):
            if not hasattr(layer, "W"):
                continue
            for name in ("W", "b"):
                v = self.velocity.get((i, name), 0)
                v = self.momentum * v - self.lr * getattr(layer, "d" + name)
                self.velocity[i, name] = v
                setattr(layer, name, getattr(layer, name) + v)


def main():
    rng = np.random.default_rng(3)
    X = rng.uniform(-1, 1, size=(256, 2))
    y = (X[:, :1] ** 2 + X[:, 1:] ** 2 < 0.5).astype(float)
    model = Sequential(Linear(2, 16, rng), ReLU(), Linear(16, 8, rng), ReLU(), Linear(8, 1, rng), Sigmoid())
    loss_fn, optimizer = BCELoss(), SGD(model, lr=0.1)
    for epoch in range(100):
        p = model.forward(X)
        loss = loss_fn.forward(p, y)
        model.backward(loss_fn.backward())
        optimizer.step()
        if epoch % 20 == 0:
            print(epoch, loss)


if __name__ == "__main__":
    main()
