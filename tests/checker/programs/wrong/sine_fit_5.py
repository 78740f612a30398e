import numpy as np

rng = np.random.RandomState(6)
x = rng.uniform(-3, 3, (64, 1))
y = np.sin(x)

w1 = rng.randn(1, 14)
a = rng.randn(14) * 0.5
w2 = rng.randn(14, 1) * 0.3
b = np.zeros(1)
lr = 0.06

for step in range(2500):
    hid = np.tanh(x @ w1 + a)
    pred = hid @ w2 + b
    r = pred - y
    if step % 500 == 0:
        print(step, "mse", np.mean(r ** 2))
    g = 2 * r / len(x)
    gB = hid.T @ g
    gb = g.sum(axis=0)
    gh = g @ w2.T * (1 - hid ** 2)
    gA = x.T @ gh
    ga = gh.sum(axis=0)
    w1 -= lr * lr * gA
    a -= lr * lr * ga
    w2 -= lr * lr * gB
    b -= lr * lr * gb
