import numpy as np


class FullyConnected:
    def __init__(self, units, activation):
        self.units = units
        self.activation = activation

    def build(self, n_in, rng):
        self.w = rng.normal(0, 1 / np.sqrt(n_in), (n_in, self.units))
        self.b = rng.normal(0, 0.1, (1, self.units))
        return self.units

    def __call__(self, x):
        self.x = x
        self.z = x.dot(self.w) + self.b
        if self.activation == "sigmoid":
            self.a = 1 / (1 + np.exp(-self.z))
        elif self.activation == "tanh":
            self.a = np.tanh(self.z)
        else:
            self.a = self.z
        return self.a

    def slope(self):
        if self.activation == "sigmoid":
            return self.a * (1 - self.a)
        if self.activation == "tanh":
            return 1 - self.a ** 2
        return np.ones_like(self.z)

    def gradient(self, da):
        dz = da * self.slope()
        self.dw = self.x.T.dot(dz)
        self.db = dz.sum(axis=0, keepdims=True)
        return dz.dot(self.w.T)


class Sequential:
    def __init__(self, n_in, seed=0):
        self.rng = np.random.default_rng(seed)
        self.n_in = n_in
        self.layers = []

    def add(self, layer):
        self.n_in = layer.build(self.n_in, self.rng)
        self.layers.append(layer)

    def predict(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def train_step(self, x, y, lr):
        out = self.predict(x)
        loss = np.sum((out - y) ** 2) / (2 * len(x))
        grad = (out - y) / len(x)
        for layer in self.layers[::-1]:
            grad = layer.gradient(grad)
        for layer in self.layers:
            layer.w -= lr * layer.dw
            layer.b -= lr * layer.db
        return loss

    def fit(self, x, y, epochs=50, batch_size=10, lr=0.5, verbose=10):
        for e in range(epochs):
            perm = self.rng.permutation(len(x))
            total = 0.0
            for s in range(0, len(x), batch_size):
                rows = perm[s:s + batch_size]
                total += self.train_step(x[rows], y[rows], lr) * len(rows)
            if verbose and e % verbose == 0:
                print(f"epoch {e}: loss {total / len(x):.4f}")


def make_data(n=60):
    g = np.random.default_rng(3)
    x = g.normal(size=(n, 4))
    y = np.stack([x[:, 0] * x[:, 1] > 0, x[:, 2] > x[:, 3], x[:, 0] > 0], axis=1).astype(float)
    return x, y


if __name__ == "__main__":
    x, y = make_data()
    model = Sequential(4, seed=1)
    model.add(FullyConnected(8, "tanh"))
    model.add(FullyConnected(5, "sigmoid"))
    model.add(FullyConnected(3, "sigmoid"))
    model.fit(x, y, epochs=60)
    print("accuracy", np.mean((model.predict(x) > 0.5) == (y > 0.5)))
