import numpy as np

def sigma(z):
    return 1.0 / (1.0 + np.exp(-z))

def slope(z):
    return sigma(z) * (1.0 - sigma(z))

def loss(params, X, Y):
    W1, b1, W2, b2 = params
    return 0.5 * np.sum((sigma(sigma(X @ W1 + b1) @ W2 + b2) - Y) ** 2) / len(X)

def step(params, X, Y, lr):
    """one step of gradient descent, returns the new parameters"""
    W1, b1, W2, b2 = params
    z1 = X @ W1 + b1
    a1 = sigma(z1)
    z2 = a1 @ W2 + b2
    a2 = sigma(z2)
    error = (a2 - Y) / len(X)
    delta2 = error * slope(a2)
    delta1 = (delta2 @ W2.T) * slope(a1)
    return [W1 - lr * X.T @ delta1, b1 - lr * np.sum(delta1, axis=0),
            W2 - lr * a1.T @ delta2, b2 - lr * np.sum(delta2, axis=0)]

if __name__ == "__main__":
    rng = np.random.default_rng(48)
    X = rng.normal(size=(90, 2))
    Y = np.c_[X[:, 0] > 0, X[:, 1] > 0, X[:, 0] > X[:, 1]] * 1.0
    params = [rng.normal(size=s) for s in ((2, 8), (8,), (8, 3), (3,))]
    for k in range(300):
        params = step(params, X, Y, 2.0)
        if k % 100 == 99:
            print(k + 1, loss(params, X, Y))
