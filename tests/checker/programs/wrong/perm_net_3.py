import numpy as np

def logistic(z):
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)
    return z

def sgm_slope(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)

def grad(theta, X, Y):
    """columns are samples; theta = W1, b1, W2, b2, W3, b3"""
    W1, b1, W2, b2, W3, b3 = theta
    m = X.shape[1]
    z1 = W1 @ X + b1
    a1 = logistic(z1)
    z2 = W2 @ a1 + b2
    a2 = logistic(z2)
    z3 = W3 @ a2 + b3
    a3 = logistic(z3)
    d3 = (a3 - Y) * sgm_slope(z3)
    d2 = (W3.T @ d3) * sgm_slope(z2)
    d1 = (W2.T @ d2) * sgm_slope(z1)
    return (d1 @ X.T / m, d1.mean(1, keepdims=True), d2 @ a1.T / m, d2.mean(1, keepdims=True),
            d3 @ a2.T / m, d3.mean(1, keepdims=True))

rng = np.random.default_rng(6)
theta = [rng.normal(size=(3, 3)), np.zeros((3, 1))] + [rng.normal(size=(3, 3)), np.zeros((3, 1))] * 2
theta = [t.copy() for t in theta]
X = np.eye(3)
Y = np.roll(np.eye(3), 1, axis=0) * 0.8 + 0.1
for k in range(200):
    theta = [t - 3.0 * g for t, g in zip(theta, grad(theta, X, Y))]
W1, b1, W2, b2, W3, b3 = theta
print(logistic(W3 @ logistic(W2 @ logistic(W1 @ X + b1) + b2) + b3).round(2))
