import numpy as np

# three layers, tanh + softmax; params = [w1, b1, w2, b2, w3, b3]

def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def forward(params, X):
    w1, b1, w2, b2, w3, b3 = params
    A1 = np.tanh(X @ w1 + b1)
    A2 = np.tanh(A1 @ w2 + b2)
    return A1, A2, softmax(A2 @ w3 + b3)

def loss(params, X, Y):
    return -np.sum(Y * np.log(forward(params, X)[-1] + 1e-12)) / len(X)

def slope(t):
    return 1 - np.tanh(t) ** 2

def gradients(params, X, Y):
    w1, b1, w2, b2, w3, b3 = params
    Z1 = X @ w1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ w2 + b2
    A2 = np.tanh(Z2)
    P = softmax(A2 @ w3 + b3)
    S1, S2 = Z1, Z2
    d3 = (P - Y)
    d2 = (d3 @ w3.T) * slope(S2)
    d1 = -(d2 @ w2.T) * slope(S1)
    return X.T @ d1, d1.sum(0), A1.T @ d2, d2.sum(0), A2.T @ d3, d3.sum(0)

if __name__ == "__main__":
    rng = np.random.default_rng(0)
    lab = rng.integers(0, 2, 100)
    X = rng.normal(size=(100, 5)) + 0.8 * lab[:, None]
    Y = np.eye(2)[lab]
    params = [rng.normal(size=s) * 0.5 for s in ((5, 6), (6,), (6, 4), (4,), (4, 2), (2,))]
    for k in range(200):
        params = [p - 0.05 * g for p, g in zip(params, gradients(params, X, Y))]
        if k % 50 == 0:
            print(k, loss(params, X, Y))
