# A step by step example: 2 inputs, 2 hidden, 2 outputs
# b1 and b2 belong to a whole layer
from math import exp

i1, i2 = 0.05, 0.10
t1, t2 = 0.01, 0.99
w1, w2, w3, w4 = 0.15, 0.20, 0.25, 0.30
w5, w6, w7, w8 = 0.40, 0.45, 0.50, 0.55
b1, b2 = 0.35, 0.60
eta = 0.5

def s(x):
    return 1.0 / (1.0 + exp(-x))

for step in range(2000):
    h1 = s(w1 * i1 + w2 * i2 + b1)
    h2 = s(w3 * i1 + w4 * i2 + b1)
    o1 = s(w5 * h1 + w6 * h2 + b2)
    o2 = s(w7 * h1 + w8 * h2 + b2)
    E = 0.5 * (t1 - o1) ** 2 + 0.5 * (t2 - o2) ** 2
    if step % 500 == 0:
        print(step, E)

    do1 = -(t1 - o1) * o1 * (1 - o1)
    do2 = -(t2 - o2) * o2 * (1 - o2)
    dh1 = (do1 * w5 + do2 * w7) * h1 * (1 - h1)
    dh2 = (do1 * w6 + do2 * w8) * h2 * (1 - h2)

    w5, w6 = w5 - eta * do1 * h1, w6 - eta * do1 * h2
    w7, w8 = w7 - eta * do2 * h1, w8 - eta * do2 * h2
    w1, w2 = w1 - eta * dh1 * i1, w2 - eta * dh1 * i2
    w3, w4 = w3 - eta * dh2 * i1, w4 - eta * dh2 * i2
    b2 = b2 - eta * (do1 + do2)
    b1 = b1 - eta * (dh1 + dh2)
