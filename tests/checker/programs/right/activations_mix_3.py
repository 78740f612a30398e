import numpy as np

def sg(z):
    return 1 / (1 + np.exp(-z))

TABLE = {
    'linear': (lambda z: z, lambda z, a: np.ones_like(z)),
    'sigmoid': (sg, lambda z, a: a * (1 - a)),
    'tanh': (np.tanh, lambda z, a: 1 - a ** 2),
    'relu': (lambda z: np.maximum(z, 0), lambda z, a: (z > 0) * 1.0),
    'leaky': (lambda z: np.maximum(z, 0.02 * z), lambda z, a: np.where(z > 0, 1, 0.02)),
    'elu': (lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1), lambda z, a: np.where(z > 0, 1, a + 1)),
    'softplus': (lambda z: np.logaddexp(0, z), lambda z, a: sg(z)),
    'swish': (lambda z: z * sg(z), lambda z, a: a + sg(z) * (1 - a)),
    'sine': (np.sin, lambda z, a: np.cos(z)),
}

class Net:
    def __init__(self, sizes, names, seed=0):
        r = np.random.default_rng(seed)
        self.W = [r.normal(size=(i, o)) / np.sqrt(i) for i, o in zip(sizes, sizes[1:])]
        self.b = [r.normal(size=o) * 0.1 for o in sizes[1:]]
        self.names = [TABLE[a] for a in names]

    def forward(self, X):
        caches = []
        for W, b, (f, _) in zip(self.W, self.b, self.names):
            Z = X @ W + b
            A = f(Z)
            caches.append((X, Z, A))
            X = A
        return X, caches

    def cost(self, X, Y):
        return np.square(self.forward(X)[0] - Y).sum() / (2 * len(Y))

    def gradient(self, X, Y):
        out, caches = self.forward(X)
        dA = (out - Y) / len(Y)
        grads = []
        for W, (f, df), (Xin, Z, A) in zip(self.W[::-1], self.names[::-1], caches[::-1]):
            dZ = dA * df(Z, A)
            grads.append((Xin.T @ dZ, dZ.sum(0)))
            dA = dZ @ W.T
        return grads[::-1]

if __name__ == '__main__':
    r = np.random.default_rng(4)
    X = r.uniform(-1, 1, (120, 2))
    Y = 0.8 * np.c_[X[:, 0] * X[:, 1], np.sin(2 * X[:, 0])]
    net = Net([2, 12, 12, 8, 2], ['elu', 'leaky', 'sine', 'linear'])
    for it in range(500):
        for k, (dW, db) in enumerate(net.gradient(X, Y)):
            net.W[k] -= 0.2 * dW
            net.b[k] -= 0.2 * db
        if it % 100 == 99:
            print(it + 1, net.cost(X, Y))
