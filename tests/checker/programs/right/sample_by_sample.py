import numpy as np

class Brain:
    def __init__(self, n, h, k, alpha=0.2):
        rs = np.random.RandomState(99)
        self.w_ih = rs.uniform(-1, 1, (h, n))
        self.b_h = np.zeros(h)
        self.w_ho = rs.uniform(-1, 1, (k, h))
        self.b_o = np.zeros(k)
        self.alpha = alpha

    def think(self, x):
        self.hidden = 1 / (1 + np.exp(-(self.w_ih.dot(x) + self.b_h)))
        return 1 / (1 + np.exp(-(self.w_ho.dot(self.hidden) + self.b_o)))

    def learn(self, x, target):
        out = self.think(x)
        do = (target - out) * out * (1 - out)
        dh = self.w_ho.T.dot(do) * self.hidden * (1 - self.hidden)
        self.w_ho += self.alpha * do[:, np.newaxis] * self.hidden[np.newaxis, :]
        self.b_o += self.alpha * do
        self.w_ih += self.alpha * dh[:, np.newaxis] * x[np.newaxis, :]
        self.b_h += self.alpha * dh
        return 0.5 * np.sum((target - out) ** 2)

rs = np.random.RandomState(1)
X = rs.uniform(-1, 1, (80, 3))
T = np.c_[X[:, 0] > X[:, 1], X[:, 2] > 0] * 0.9 + 0.05
brain = Brain(3, 7, 2)
for epoch in range(100):
    total = 0
    for i in rs.permutation(len(X)):
        total += brain.learn(X[i], T[i])
    if epoch % 20 == 19:
        print("epoch", epoch + 1, "error", total)
