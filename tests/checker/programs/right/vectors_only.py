import numpy as np

rng = np.random.default_rng(9)
x = np.linspace(-3, 3, 50)
y = np.exp(-x ** 2)
w, b = rng.normal(size=10), rng.normal(size=10)
v, c = rng.normal(size=10) * 0.3, 0.0
lr = 0.05
for epoch in range(2000):
    h = np.tanh(x[:, None] * w + b)
    out = h @ v + c
    g = 2 * (out - y) / x.size
    gh = g[:, None] * v[None, :] * (1 - h ** 2)
    v = v - lr * (h * g[:, None]).sum(axis=0)
    c = c - lr * g.sum()
    w = w - lr * (gh * x[:, None]).sum(axis=0)
    b = b - lr * gh.sum(axis=0)
    if epoch % 500 == 499:
        print(epoch + 1, np.mean((np.tanh(x[:, None] * w + b) @ v + c - y) ** 2))
