import math
import random

random.seed(1)


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))


data = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
n_in, n_hid, n_out = 2, 3, 1
wi = [[random.uniform(-1, 1) for j in range(n_hid)] for i in range(n_in)]
bh = [random.uniform(-1, 1) for j in range(n_hid)]
wo = [[random.uniform(-1, 1) for k in range(n_out)] for j in range(n_hid)]
bo = [random.uniform(-1, 1) for k in range(n_out)]
LEARNING_RATE = 0.5
for epoch in range(1000):
    for inputs, targets in data:
        hidden = [0.0] * n_hid
        for j in range(n_hid):
            s = bh[j]
            for i in range(n_in):
                s += inputs[i] * wi[i][j]
            hidden[j] = sigmoid(s)
        output = [0.0] * n_out
        for k in range(n_out):
            s = bo[k]
            for j in range(n_hid):
                s += hidden[j] * wo[j][k]
            output[k] = sigmoid(s)
        out_delta = [0.0] * n_out
        for k in range(n_out):
            error = targets[k] - output[k]
            out_delta[k] = error * output[k] * (1 - output[k])
        hid_delta = [0.0] * n_hid
        for j in range(n_hid):
            error = 0.0
            for k in range(n_out):
                error += out_delta[k] * wo[j][k]
            hid_delta[j] = error * hidden[j] * (1 - hidden[j])
        for j in range(n_hid):
            for k in range(n_out):
                wo[j][k] += LEARNING_RATE * out_delta[k] * hidden[j]
        for k in range(n_out):
            bo[k] += LEARNING_RATE * out_delta[k]
        for i in range(n_in):
            for j in range(n_hid):
                wi[i][j] += LEARNING_RATE * hid_delta[j] * inputs[i]
        for j in range(n_hid):
            bh[j] += LEARNING_RATE * hid_delta[j]
