import numpy as np

def logistic(f, y):
    return np.logaddexp(0, -y * f)

def slope(f, y):
    return -y / (1 + np.exp(y * f))

rng = np.random.default_rng(23)
X = rng.normal(size=(140, 2))
y = np.where(X[:, 0] * X[:, 1] > 0, 1.0, -1.0)
U, u = rng.normal(size=(2, 10)), rng.normal(size=10) * 0.1
v, c = rng.normal(size=10) * 0.3, np.zeros(1)
step = 0.5
for it in range(500):
    h = np.tanh(X @ U + u)
    f = h @ v + c
    if it % 100 == 0:
        print(it, "loss", logistic(f, y).mean(), "acc", np.mean(np.sign(f) == y))
    g = slope(f, y) / len(y)
    back = g[:, None] * v * (1 - h * h)
    v = v - step * h.T @ g
    c = c - step * g.sum()
    U = U - step * X.T @ back
    u = u - step * back.sum(axis=0)
