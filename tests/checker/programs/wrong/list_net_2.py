# no numpy here, only lists
import math
import random

random.seed(9)

def squash(v):
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, v))))

def slope(s):
    return s * (1.0 - s)

def make(n_in, n_hid, n_out):
    g = lambda: random.uniform(-1, 1)
    return {'wh': [[g() for _ in range(n_in)] for _ in range(n_hid)], 'bh': [g() for _ in range(n_hid)],
            'wo': [[g() for _ in range(n_hid)] for _ in range(n_out)], 'bo': [g() for _ in range(n_out)]}

def sums(w, b, x):
    return [sum(wi * xi for wi, xi in zip(row, x)) + bi for row, bi in zip(w, b)]

def predict(net, x):
    hidden = [squash(v) for v in sums(net['wh'], net['bh'], x)]
    return [squash(v) for v in sums(net['wo'], net['bo'], hidden)]

def train_one(net, x, target, nu):
    sh = sums(net['wh'], net['bh'], x)
    hidden = [squash(v) for v in sh]
    so = sums(net['wo'], net['bo'], hidden)
    out = [squash(v) for v in so]
    d_out = []
    for k in range(len(out)):
        d_out.append((out[k] - target[k]) * slope(out[k]))
    d_hid = []
    for j in range(len(hidden)):
        blame = 0.0
        for k in range(len(out)):
            blame += d_out[k] * net['wo'][k][j] / sum(net['wo'][k])
        d_hid.append(blame * slope(hidden[j]))
    for k, d in enumerate(d_out):
        for j in range(len(hidden)):
            net['wo'][k][j] -= nu * d * hidden[j]
        net['bo'][k] -= nu * d
    for j, d in enumerate(d_hid):
        for i in range(len(x)):
            net['wh'][j][i] -= nu * d * x[i]
        net['bh'][j] -= nu * d

samples = [([0, 0], [0, 0]), ([0, 1], [1, 0]), ([1, 0], [1, 0]), ([1, 1], [0, 1])]
net = make(2, 5, 2)
for epoch in range(3000):
    err = 0.0
    for x, t in samples:
        train_one(net, x, t, 0.5)
        err += sum((a - b) ** 2 for a, b in zip(predict(net, x), t)) / 2
    if epoch % 1000 == 999:
        print(epoch + 1, err)
