import numpy as np


class MLP:
    """Fully connected sigmoid net, batch rows, softmax on top, weight decay."""

    def __init__(self, sizes, eta=0.5, lam=0.01, seed=0):
        rng = np.random.RandomState(seed)
        self.eta = eta
        self.lam = lam
        self.W = [rng.randn(a, b) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(k) for k in sizes[1:]]

    @staticmethod
    def sigma(z):
        return 1 / (1 + np.exp(-z))

    def forward(self, x):
        a = [x]
        for k in range(len(self.W) - 1):
            a.append(self.sigma(a[-1] @ self.W[k] + self.b[k]))
        s = a[-1] @ self.W[-1] + self.b[-1]
        s = np.exp(s - s.max(axis=1, keepdims=True))
        a.append(s / s.sum(axis=1, keepdims=True))
        return a

    def loss(self, x, t):
        p = self.forward(x)[-1]
        data = -np.sum(t * np.log(p + 1e-15)) / len(x)
        return data + 0.5 * self.lam * sum(np.sum(w ** 2) for w in self.W)

    def gradients(self, x, t):
        a = self.forward(x)
        d = (a[-1] - t) / len(x)
        gW = [None] * len(self.W)
        gb = [None] * len(self.W)
        for k in range(len(self.W) - 1, -1, -1):
            gW[k] = a[k].T @ d + self.lam * self.W[k]
            gb[k] = d.sum(axis=0)
            if k > 0:
                d = (d @ self.W[k].T) * a[k] * (1 - a[k])
        return gW, gb

    def fit(self, x, t, epochs, batch=16):
        order = np.arange(len(x))
        rng = np.random.RandomState(1)
        for epoch in range(epochs):
            rng.shuffle(order)
            for i in range(0, len(x), batch):
                rows = order[i:i + batch]
                gW, gb = self.gradients(x[rows], t[rows])
            for k in range(len(self.W)):
                self.W[k] -= self.eta * gW[k]
                self.b[k] -= self.eta * gb[k]
            if epoch % 10 == 9:
                print("epoch", epoch + 1, "loss %.4f" % self.loss(x, t))


if __name__ == "__main__":
    gen = np.random.RandomState(42)
    x = gen.randn(96, 4)
    t = np.eye(3)[np.argmax(x[:, :3] * [1, 2, 3], axis=1)]
    net = MLP([4, 6, 6, 3])
    net.fit(x, t, 40)
    print("correct:", np.mean(net.forward(x)[-1].argmax(1) == t.argmax(1)))
