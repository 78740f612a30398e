import numpy as np

relu, drelu = (lambda z: np.where(z > 0, z, 0.0)), (lambda z: (z >= 0).astype(float))
ident, one = (lambda z: z), (lambda z: np.ones_like(z))

r = np.random.RandomState(17)
net = [(r.randn(2, 16), r.randn(16) * .1, relu, drelu),
       (r.randn(16, 8) / 4, np.zeros(8), relu, drelu),
       (r.randn(8, 1) / 3, np.zeros(1), ident, one)]

def run(net, x):
    zs, xs = [], [x]
    for W, b, f, _ in net:
        zs.append(xs[-1] @ W + b)
        xs.append(f(zs[-1]))
    return zs, xs

def mse(net, X, Y):
    return ((run(net, X)[1][-1] - Y) ** 2).sum() / (2 * len(X))

def grads(net, X, Y):
    zs, xs = run(net, X)
    up = (xs[-1] - Y) / len(X)
    out = []
    for (W, b, f, df), z, x in zip(net[::-1], zs[::-1], xs[-2::-1]):
        d = up * df(z)
        out.insert(0, (x.T @ d, d.sum(0)))
        up = d @ W.T
    return out

X = r.uniform(-1, 1, (150, 2))
Y = (X[:, :1] ** 2 + X[:, 1:] ** 2)
for t in range(300):
    for (W, b, _, _), (dW, db) in zip(net, grads(net, X, Y)):
        W -= 0.05 * dW
        b -= 0.05 * db
    if t % 100 == 99:
        print(t, mse(net, X, Y))
