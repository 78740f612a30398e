import math
import random

class TinyNet:
    def __init__(self, inputs, hidden):
        self.hw = [[random.gauss(0, 1) for _ in range(inputs)] for _ in range(hidden)]
        self.hb = [0.0] * hidden
        self.ow = [random.gauss(0, 1) for _ in range(hidden)]
        self.ob = 0.0

    def forward(self, x):
        h = [math.tanh(b + sum(w * v for w, v in zip(ws, x))) for ws, b in zip(self.hw, self.hb)]
        z = self.ob + sum(w * v for w, v in zip(self.ow, h))
        return h, 1 / (1 + math.exp(-z))

    def loss(self, rows):
        s = 0.0
        for x, y in rows:
            p = min(max(self.forward(x)[1], 1e-12), 1 - 1e-12)
            s -= y * math.log(p) + (1 - y) * math.log(1 - p)
        return s / len(rows)

    def epoch(self, rows, lr):
        ghw = [[0.0] * len(r) for r in self.hw]
        ghb = [0.0] * len(self.hb)
        gow = [0.0] * len(self.ow)
        gob = 0.0
        for x, y in rows:
            h, p = self.forward(x)
            d = p - y
            gob += d
            for j, hj in enumerate(h):
                gow[j] += d * hj
                dj = d * self.ow[j] * (1 - hj ** 2)
                ghb[j] += dj
                for i, xi in enumerate(x):
                    ghw[j][i] += dj * xi
        k = lr / len(rows)
        self.ob -= k * gob
        for j in range(len(self.ow)):
            self.ow[j] -= k * gow[j]
            self.hb[j] -= k * ghb[j]
            for i in range(len(self.hw[j])):
                self.hw[j][i] -= k * ghw[j][i]

random.seed(40)
rows = []
for _ in range(60):
    x = [random.uniform(-1, 1), random.uniform(-1, 1)]
    rows.append((x, 1 if x[0] ** 2 + x[1] ** 2 < 0.5 else 0))
net = TinyNet(2, 6)
for ep in range(250):
    net.epoch(rows, 1.0)
    if ep % 50 == 49:
        print(ep + 1, net.loss(rows))
