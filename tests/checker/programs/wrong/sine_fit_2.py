import numpy as np

rng = np.random.RandomState(6)
x = rng.uniform(-3, 3, (64, 1))
y = np.sin(x)

A = rng.randn(1, 14)
a = rng.randn(14) * 0.5
B = rng.randn(14, 1) * 0.3
b = np.zeros(1)
lr = 0.06

for step in range(2500):
    h = np.tanh(x @ A + a)
    pred = h @ B + b
    r = pred - y
    if step % 500 == 0:
        print(step, "mse", np.mean(r ** 2))
    g = 2 * r / len(x)
    gB = h.T @ g
    gb = g[-1]
    gh = g @ B.T * (1 - h ** 2)
    gA = x.T @ gh
    ga = gh[-1]
    A -= lr * gA
    a -= lr * ga
    B -= lr * gB
    b -= lr * gb
