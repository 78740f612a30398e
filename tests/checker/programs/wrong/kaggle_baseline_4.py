import numpy as np

class Model:
    def __init__(self, n_features, n_hidden, n_classes):
        r = np.random.RandomState(2022)
        self.Wx = r.randn(n_features, n_hidden) / np.sqrt(n_features)
        self.bx = np.zeros(n_hidden)
        self.Wy = r.randn(n_hidden, n_classes) / np.sqrt(n_hidden)
        self.by = np.zeros(n_classes)

    def forward_one(self, x):
        hs = np.tanh(x @ self.Wx + self.bx)
        s = hs @ self.Wy + self.by
        e = np.exp(s - s.max())
        return hs, e / e.sum()

    def loss(self, X, y):
        return -np.mean([np.log(self.forward_one(x)[1][c] + 1e-12) for x, c in zip(X, y)])

    def gradient(self, X, y):
        dWx, dbx = np.zeros_like(self.Wx), np.zeros_like(self.bx)
        dWy, dby = np.zeros_like(self.Wy), np.zeros_like(self.by)
        for x, c in zip(X, y):
            hs, probs = self.forward_one(x)
            ds = probs.copy()
            ds[c] -= 1
            dhid = (self.Wy @ ds) * (1 - hs * hs)
            dWy += np.outer(hs, ds)
            dby += ds
            dWx += np.outer(x, dhid)
            dbx += dhid
        n = 1
        return dWx / n, dbx / n, dWy / n, dby / n

    def fit(self, X, y, epochs=30, lr=0.2, bs=16):
        r = np.random.RandomState(0)
        for ep in range(epochs):
            idx = r.permutation(len(X))
            for s in range(0, len(X), bs):
                i = idx[s:s + bs]
                for p, g in zip((self.Wx, self.bx, self.Wy, self.by), self.gradient(X[i], y[i])):
                    p -= lr * g
            if ep % 10 == 9:
                print(f"epoch {ep + 1} loss {self.loss(X, y):.4f}")

if __name__ == "__main__":
    r = np.random.RandomState(1)
    y = r.randint(0, 3, 120)
    X = r.randn(120, 4) * 0.6
    X[np.arange(120), y] += 1.5
    Model(4, 8, 3).fit(X, y)
