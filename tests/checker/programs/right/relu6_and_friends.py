import numpy as np

def relu6(z):
    return np.clip(z, 0, 6)

def relu6_slope(z):
    return ((z > 0) & (z < 6)).astype(float)

def hardtanh(z):
    return np.clip(z, -1, 1)

def hardtanh_slope(z):
    return (np.abs(z) < 1) * 1.0

def predict(theta, X):
    W1, b1, W2, b2, W3, b3 = theta
    z1 = X @ W1 + b1
    a1 = relu6(z1)
    z2 = a1 @ W2 + b2
    a2 = hardtanh(z2)
    return z1, a1, z2, a2, a2 @ W3 + b3

def cost(theta, X, Y):
    return np.sum((predict(theta, X)[-1] - Y) ** 2) / (2 * len(X))

def grad(theta, X, Y):
    z1, a1, z2, a2, out = predict(theta, X)
    d3 = (out - Y) / len(X)
    d2 = d3 @ theta[4].T * hardtanh_slope(z2)
    d1 = d2 @ theta[2].T * relu6_slope(z1)
    return [X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0), a2.T @ d3, d3.sum(0)]

r = np.random.default_rng(21)
theta = [r.normal(size=(2, 12)), r.normal(size=12) * .2, r.normal(size=(12, 10)) * .3, np.zeros(10), r.normal(size=(10, 1)) * .3, np.zeros(1)]
X = r.uniform(-1, 1, (90, 2))
Y = np.maximum(X[:, :1], X[:, 1:])
for t in range(500):
    theta = [p - 0.1 * g for p, g in zip(theta, grad(theta, X, Y))]
    if t % 100 == 99:
        print(t + 1, cost(theta, X, Y))
