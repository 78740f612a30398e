import numpy as np

class MultiLayerNet:
    # every W carries its bias in the last column
    def __init__(self, sizes, seed=0):
        rs = np.random.RandomState(seed)
        self.W = [rs.uniform(-1, 1, (o, i + 1)) * np.sqrt(3.0 / i) for i, o in zip(sizes, sizes[1:])]

    def forward(self, x):
        self.a = [np.append(x, 1.0)]
        for k, W in enumerate(self.W):
            out = 1 / (1 + np.exp(-W @ self.a[-1]))
            self.a.append(np.append(out, 1.0) if k < len(self.W) - 1 else out)
        return self.a[-1]

    def learn(self, x, y, eta=0.3):
        out = self.forward(x)
        delta = (out - y) * out * (1 - out)
        for k in range(len(self.W) - 1, -1, -1):
            self.W[k] = self.W[k] - eta * np.outer(delta, self.a[k])
            if k > 0:
                h = self.a[k][:-1]
                delta = (np.delete(self.W[k], 3, 1).T @ delta) * h * (1 - h)

rs = np.random.RandomState(5)
pics = rs.rand(4, 9) > 0.5
lab = rs.randint(0, 4, 300)
X = np.clip(pics[lab] + 0.2 * rs.randn(300, 9), 0, 1)
net = MultiLayerNet([9, 8, 4])
for epoch in range(10):
    for x, k in zip(X, lab):
        net.learn(x, np.eye(4)[k])
    print(epoch, np.mean([net.forward(x).argmax() == k for x, k in zip(X, lab)]))
