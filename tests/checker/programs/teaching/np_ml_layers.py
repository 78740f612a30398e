import numpy as np


class Dropout:
    def __init__(self, p, rng):
        self.p, self.rng, self.training = p, rng, True

    def forward(self, X):
        self.mask = np.ones_like(X)
        if self.training:
            self.mask = (self.rng.random(X.shape) >= self.p) / (1.0 - self.p)
        return self.mask * X

    def backward(self, dLdy):
        return dLdy


class FullyConnected:
    def __init__(self, n_in, n_out, act, rng, dropout=None):
        lim = np.sqrt(6 / (n_in + n_out))
        self.parameters = {"W": rng.uniform(-lim, lim, (n_in, n_out)), "b": np.zeros((1, n_out))}
        self.gradients = {}
        self.act, self.dropout = act, dropout

    def forward(self, X):
        self.X = X
        self.Z = X @ self.parameters["W"] + self.parameters["b"]
        Y = np.tanh(self.Z) if self.act == "tanh" else self.Z
        return self.dropout.forward(Y) if self.dropout else Y

    def backward(self, dLdy):
        if self.dropout:
            dLdy = self.dropout.backward(dLdy)
        dZ = dLdy * (1 - np.tanh(self.Z) ** 2) if self.act == "tanh" else dLdy
        self.gradients["W"] = self.X.T @ dZ
        self.gradients["b"] = dZ.sum(axis=0, keepdims=True)
        return dZ @ self.parameters["W"].T


class Model:
    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.layers = [FullyConnected(3, 24, "tanh", rng, Dropout(0.3, rng)), FullyConnected(24, 2, "linear", rng)]

    def forward(self, X, train=True):
        for l in self.layers:
            if l.dropout:
                l.dropout.training = train
            X = l.forward(X)
        return X

    def backward(self, g):
        for l in reversed(self.layers):
            g = l.backward(g)

    def update(self, lr):
        for l in self.layers:
            for k in l.parameters:
                l.parameters[k] -= lr * l.gradients[k]


rng = np.random.default_rng(1)
X = rng.normal(size=(240, 3))
Y = np.c_[np.sin(X[:, 0]), X[:, 1] * 0.5 - X[:, 2]]
model = Model()
for epoch in range(150):
    out = model.forward(X)
    model.backward((out - Y) / len(X))
    model.update(0.1)
    if epoch % 30 == 29:
        test = model.forward(X, train=False)
        print(epoch, 0.5 * np.mean(np.sum((test - Y) ** 2, axis=1)))
