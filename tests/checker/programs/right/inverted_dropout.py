import numpy as np

class Classifier:
    def __init__(self, rate=0.2):
        self.rng = np.random.default_rng(3)
        self.rate = rate
        self.W1 = self.rng.normal(size=(2, 32)) * 0.8
        self.b1 = np.zeros(32)
        self.W2 = self.rng.normal(size=(32, 2)) * 0.2
        self.b2 = np.zeros(2)

    def predict_proba(self, X, mask=1.0):
        self.h = np.tanh(X @ self.W1 + self.b1)
        self.hm = self.h * mask
        s = self.hm @ self.W2 + self.b2
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def step(self, X, Y, lr):
        keep = 1.0 - self.rate
        mask = (self.rng.random((len(X), 32)) < keep) / keep
        d = (self.predict_proba(X, mask) - Y) / len(X)
        dh = (d @ self.W2.T) * mask * (1 - self.h ** 2)
        self.W2 -= lr * self.hm.T @ d
        self.b2 -= lr * d.sum(axis=0)
        self.W1 -= lr * X.T @ dh
        self.b1 -= lr * dh.sum(axis=0)

g = np.random.default_rng(0)
lab = g.integers(0, 2, 160)
r = np.where(lab == 1, 1.5, 0.6) + 0.15 * g.normal(size=160)
a = g.uniform(0, 6.28, 160)
X = np.c_[r * np.cos(a), r * np.sin(a)]
clf = Classifier()
for it in range(200):
    clf.step(X, np.eye(2)[lab], 0.5)
    if it % 50 == 49:
        print(it + 1, "accuracy", np.mean(clf.predict_proba(X).argmax(axis=1) == lab))
