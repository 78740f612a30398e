import numpy as np

class M:
    def __init__(self, d, h, k):
        r = np.random.RandomState(0)
        self.A, self.a = r.randn(d, h), np.zeros(h)
        self.B, self.b = r.randn(h, k) / np.sqrt(h), np.zeros(k)
        self.cache = [0.0] * 4

    def logp(self, X):
        self.H = 1 / (1 + np.exp(-(X @ self.A + self.a)))
        s = self.H @ self.B + self.b
        m = s.max(1, keepdims=True)
        return s - m - np.log(np.exp(s - m).sum(1, keepdims=True))

    def loss(self, X, y):
        return -self.logp(X)[np.arange(len(y)), y].mean()

    def grad(self, X, y):
        g = np.exp(self.logp(X))
        g[np.arange(len(y)), y] -= 1.0
        g = g / len(y)
        q = g @ self.B.T * self.H * (1 - self.H)
        return X.T @ q, q.sum(0), self.H.T @ g, g.sum(0)

    def rmsprop(self, grads, lr=0.02, rho=0.9, eps=1e-8):
        for i, (p, g) in enumerate(zip((self.A, self.a, self.B, self.b), grads)):
            self.cache[i] = rho * self.cache[i] + (1 - rho) * g * g
            p -= lr * g / (np.sqrt(self.cache[i]) + eps)

r = np.random.RandomState(1)
y = r.randint(0, 3, 150)
X = np.array([[0, 1], [1, -.5], [-1, -.5]])[y] + .3 * r.randn(150, 2)
m = M(2, 10, 3)
epochs=120
for ep in range(epochs):
    m.rmsprop(m.grad(X, y))
    if ep % 40 == 39:
        print(ep + 1, m.loss(X, y))
