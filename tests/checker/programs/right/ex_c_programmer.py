import math
import random

N_IN = 2
N_HID = 4
N_OUT = 1
ETA = 0.5
MAX_EPOCH = 2500

random.seed(123)
# the weight with the highest index of each unit is its threshold
wgt1 = [[random.random() * 2 - 1 for i in range(N_IN + 1)] for j in range(N_HID)]
wgt2 = [[random.random() * 2 - 1 for j in range(N_HID + 1)] for k in range(N_OUT)]
hid = [0.0] * N_HID
out = [0.0] * N_OUT
dhid = [0.0] * N_HID
dout = [0.0] * N_OUT

def forward(x):
    for j in range(N_HID):
        acc = wgt1[j][N_IN]
        for i in range(N_IN):
            acc += wgt1[j][i] * x[i]
        hid[j] = 1.0 / (1.0 + math.exp(-acc))
    for k in range(N_OUT):
        acc = wgt2[k][N_HID]
        for j in range(N_HID):
            acc += wgt2[k][j] * hid[j]
        out[k] = 1.0 / (1.0 + math.exp(-acc))
    return out

def backward(x, t):
    forward(x)
    for k in range(N_OUT):
        dout[k] = (out[k] - t[k]) * out[k] * (1.0 - out[k])
    for j in range(N_HID):
        dhid[j] = 0.0
        for k in range(N_OUT):
            dhid[j] += dout[k] * wgt2[k][j]
        dhid[j] *= hid[j] * (1.0 - hid[j])
    for k in range(N_OUT):
        for j in range(N_HID):
            wgt2[k][j] -= ETA * dout[k] * hid[j]
        wgt2[k][N_HID] -= ETA * dout[k]
    for j in range(N_HID):
        for i in range(N_IN):
            wgt1[j][i] -= ETA * dhid[j] * x[i]
        wgt1[j][N_IN] -= ETA * dhid[j]

patterns = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])]
for epoch in range(MAX_EPOCH):
    total = 0.0
    for x, t in patterns:
        backward(x, t)
        total += 0.5 * (forward(x)[0] - t[0]) ** 2
    if epoch % 500 == 0:
        print("epoch %d error %f" % (epoch, total))
