import numpy as np

class WeightedClassifier:
    def __init__(self, d, h, k, class_weight, seed=0):
        g = np.random.default_rng(seed)
        self.W1 = g.normal(size=(d, h)) * np.sqrt(2 / d)
        self.b1 = np.zeros(h)
        self.W2 = g.normal(size=(h, k)) * np.sqrt(2 / h)
        self.b2 = np.zeros(k)
        self.cw = np.asarray(class_weight, dtype=float)

    def _proba(self, X):
        self.Z = X @ self.W1 + self.b1
        self.A = np.maximum(self.Z, 0)
        S = self.A @ self.W2 + self.b2
        E = np.exp(S - S.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    def loss(self, X, y):
        w = self.cw[y]
        return -np.sum(w * np.log(self._proba(X)[np.arange(len(y)), y] + 1e-12)) / w.sum()

    def grads(self, X, y):
        w = self.cw[y]
        D = self._proba(X)
        D[np.arange(len(y)), y] -= 1
        D *= (w / w.sum())[:, None]
        dH = D @ self.W2.T
        dH[self.Z <= 0] = 0
        return X.T @ dH, dH.sum(0), self.A.T @ D, D.sum(0)

    def fit(self, iters):
        for i in range(iters):
            g = self.grads(X, y)
            for p, dp in zip((self.W1, self.b1, self.W2, self.b2), g):
                p -= 0.5 * dp
            if i % 100 == 0:
                print(i, self.loss(X, y))

g = np.random.default_rng(77)
y = (g.random(200) < 0.15).astype(int)
X = g.normal(size=(200, 2)) + y[:, None] * 2.0
clf = WeightedClassifier(2, 10, 2, [1.0, 5.0])
clf.fit(iters=300)
