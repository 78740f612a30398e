import math

i1, i2 = 0.05, 0.10
w1, w2, w3, w4 = 0.15, 0.20, 0.25, 0.30
w5, w6, w7, w8 = 0.40, 0.45, 0.50, 0.55
b1, b2 = 0.35, 0.60
t1, t2 = 0.01, 0.99
lr = 0.5


def sig(x):
    return 1 / (1 + math.exp(-x))


for step in range(10000):
    net_h1 = w1 * i1 + w2 * i2 + b1 * 1
    net_h2 = w3 * i1 + w4 * i2 + b1 * 1
    out_h1 = sig(net_h1)
    out_h2 = sig(net_h2)
    net_o1 = w5 * out_h1 + w6 * out_h2 + b2 * 1
    net_o2 = w7 * out_h1 + w8 * out_h2 + b2 * 1
    out_o1 = sig(net_o1)
    out_o2 = sig(net_o2)
    E_total = 0.5 * (t1 - out_o1) ** 2 + 0.5 * (t2 - out_o2) ** 2

    d_o1 = (out_o1 - t1) * out_o1 * (1 - out_o1)
    d_o2 = (out_o2 - t2) * out_o2 * (1 - out_o2)
    d_h1 = (d_o1 * w5 + d_o2 * w7) * out_h1 * (1 - out_h1)
    d_h2 = (d_o1 * w6 + d_o2 * w8) * out_h2 * (1 - out_h2)

    w5 -= lr * d_o1 * out_h1
    w6 -= lr * d_o1 * out_h2
    w7 -= lr * d_o2 * out_h1
    w8 -= lr * d_o2 * out_h2
    w1 -= lr * d_h1 * i1
    w2 -= lr * d_h1 * i2
    w3 -= lr * d_h2 * i1
    w4 -= lr * d_h2 * i2
    b2 -= lr * (d_o1 + d_o2)
    b1 -= lr * (d_h1 + d_h2)
