from dataclasses import dataclass, field
import numpy as np


@dataclass
class Dense:
    w: np.ndarray
    b: np.ndarray

    def __call__(self, x):
        return x @ self.w + self.b


@dataclass
class Net:
    sizes: tuple = (2, 8, 8, 1)
    decay: float = 1e-3
    alpha: float = 1.0
    layers: list = field(default_factory=list)

    def __post_init__(self):
        rng = np.random.default_rng(2)
        for i, o in zip(self.sizes, self.sizes[1:]):
            self.layers.append(Dense(rng.normal(0, np.sqrt(2 / i), (i, o)), np.zeros(o)))

    def elu(self, z):
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def logits(self, x):
        self.trace = [x]
        for layer in self.layers[:-1]:
            self.trace.append(self.elu(layer(self.trace[-1])))
        return self.layers[-1](self.trace[-1])

    def loss(self, x, y):
        z = self.logits(x)
        data = np.mean(np.logaddexp(0, z) - y * z)
        return data + 0.5 * self.decay * sum(np.sum(l.w ** 2) for l in self.layers)

    def gradient(self, x, y):
        z = self.logits(x)
        d = (1 / (1 + np.exp(-z)) - y) / len(x)
        out = []
        for k in reversed(range(len(self.layers))):
            a = self.trace[k]
            out.append((a.T @ d + self.decay * self.layers[k].w, d.sum(0)))
            if k:
                # slope of elu read off its output: 1 or a + alpha
                d = (d @ self.layers[k].w.T) * np.where(a > 0, 1.0, a + self.alpha)
        return out[::-1]


if __name__ == "__main__":
    rng = np.random.default_rng(7)
    X = rng.normal(size=(140, 2))
    y = (np.abs(X[:, :1]) > 0.8).astype(float)
    net = Net()
    steps=400
    for s in range(steps):
        for layer, (dw, db) in zip(net.layers, net.gradient(X, y)):
            layer.w -= 0.5 * dw
            layer.b -= 0.5 * db
        if s % 100 == 0:
            print(s, net.loss(X, y))
