import numpy as np


def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(params, X):
    W1, b1, W2, b2 = params
    Z = X @ W1 + b1
    H = np.where(Z > 0, Z, 0)
    S = H @ W2 + b2
    return Z, H, softmax(S)


def loss(params, X, Y):
    P = forward(params, X)[2]
    return -np.sum(Y * np.log(P + 1e-15)) / len(X)


def update(params, X, Y, lr):
    W1, b1, W2, b2 = params
    Z, H, P = forward(params, X)
    dS = (P - Y) / len(X)
    dH = dS @ W2.T
    dZ = np.where(Z > 0, dH, 0)
    return [W1 - lr * X.T @ dZ, b1 - lr * dZ.sum(0), W2 - lr * H.T @ dS, b2 - lr * dS.sum(0)]


def train(params, X, Y, lr=0.4, steps=250):
    for k in range(steps):
        params = update(params, X, Y, lr)
        if k % 50 == 49:
            print(k + 1, loss(params, X, Y))
    return params


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    c = rng.integers(0, 3, 150)
    X = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])[c] + 0.3 * rng.normal(size=(150, 3))
    train([rng.normal(size=(3, 10)) * 0.8, np.zeros(10), rng.normal(size=(10, 3)) * 0.4, np.zeros(3)], X, np.eye(3)[c])
