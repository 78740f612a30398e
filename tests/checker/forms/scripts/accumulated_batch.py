import math
import random

random.seed(3)
points = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(12)]
truth = [1.0 if p[0] * p[1] > 0 else 0.0 for p in points]
H = 3
w1 = [[random.gauss(0, 1) for _ in range(2)] for _ in range(H)]
c1 = [0.1] * H
w2 = [random.gauss(0, 1) for _ in range(H)]
c2 = 0.2
lr = 0.7


def sig(v):
    return 1.0 / (1.0 + math.exp(-v))


for epoch in range(500):
    g_w1 = [[0.0, 0.0] for _ in range(H)]
    g_c1 = [0.0] * H
    g_w2 = [0.0] * H
    g_c2 = 0.0
    loss = 0.0
    for p, t in zip(points, truth):
        h = [sig(w1[j][0] * p[0] + w1[j][1] * p[1] + c1[j]) for j in range(H)]
        o = sig(sum(w2[j] * h[j] for j in range(H)) + c2)
        loss += -(t * math.log(o) + (1 - t) * math.log(1 - o)) / len(points)
        d = o - t
        for j in range(H):
            dh = d * w2[j] * h[j] * (1 - h[j])
            g_w2[j] += d * h[j]
            g_c1[j] += dh
            for i in range(2):
                g_w1[j][i] += dh * p[i]
        g_c2 += d
    for j in range(H):
        w2[j] -= lr * g_w2[j] / len(points)
        c1[j] -= lr * g_c1[j] / len(points)
        for i in range(2):
            w1[j][i] -= lr * g_w1[j][i] / len(points)
    c2 -= lr * g_c2 / len(points)
