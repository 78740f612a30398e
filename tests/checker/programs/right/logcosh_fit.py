import numpy as np

def logcosh(r):
    return np.logaddexp(r, -r) - np.log(2)

def model(params, x):
    W, b, V, c = params
    h = np.maximum(x @ W + b, 0)
    return h, h @ V + c

def grads(params, x, y):
    W, b, V, c = params
    h, out = model(params, x)
    r = out - y
    d = np.tanh(r) / x.shape[0]
    dh = (d @ V.T) * (h > 0)
    return [x.T @ dh, dh.sum(axis=0), h.T @ d, d.sum(axis=0)]

rs = np.random.RandomState(4)
x = rs.uniform(-2, 2, (120, 1))
y = np.abs(x) + 0.05 * rs.randn(120, 1)
y[::17] += 4                       # a few outliers
params = [rs.randn(1, 12), rs.randn(12) * 0.5, rs.randn(12, 1) * 0.3, np.zeros(1)]
for i in range(800):
    params = [p - 0.05 * g for p, g in zip(params, grads(params, x, y))]
    if i % 200 == 199:
        print(i + 1, logcosh(model(params, x)[1] - y).mean())
