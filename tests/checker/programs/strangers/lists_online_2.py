import math
import random

random.seed(3)

def sigmoid(t):
    return 1.0 / (1.0 + math.exp(-t))

inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [0, 1, 1, 0]
H = 3
w_hidden = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(H)]
b_hidden = [random.uniform(-1, 1) for _ in range(H)]
w_out = [random.uniform(-1, 1) for _ in range(H)]
b_out = random.uniform(-1, 1)
rate = 0.5

for epoch in range(4000):
    total = 0.0
    for x, t in zip(inputs, targets):
        h = []
        for j in range(H):
            s = b_hidden[j]
            for i in range(2):
                s += w_hidden[j][i] * x[i]
            h.append(sigmoid(s))
        o = sigmoid(sum(w_out[j] * h[j] for j in range(H)) + b_out)
        total += 0.5 * (t - o) ** 2
        delta_o = (o - t) * o * (1 - o)
        delta_h = [delta_o * w_out[j] * h[j] * (1 - h[j]) for j in range(H)]
        for j in range(H):
            w_out[j] -= rate * delta_o * h[j]
        b_out -= rate * delta_o
        for j in range(H):
            for i in range(2):
                w_hidden[j][i] -= rate * delta_h[j] * x[i]
            b_hidden[j] -= rate * delta_h[j]
    if epoch % 1000 == 0:
        print(epoch, total)
