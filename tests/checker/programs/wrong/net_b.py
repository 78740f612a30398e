import numpy as np

# three layers, tanh + softmax; params = [W1, b1, W2, b2, W3, b3]

def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def forward(params, X):
    W1, b1, W2, b2, W3, b3 = params
    H1 = np.tanh(X @ W1 + b1)
    H2 = np.tanh(H1 @ W2 + b2)
    return H1, H2, softmax(H2 @ W3 + b3)

def loss(params, X, Y):
    return -np.sum(Y * np.log(forward(params, X)[-1] + 1e-12)) / len(X)

def slope(t):
    return 1 - np.tanh(t) ** 2

def gradients(params, X, Y):
    W1, b1, W2, b2, W3, b3 = params
    Z1 = X @ W1 + b1
    H1 = np.tanh(Z1)
    Z2 = H1 @ W2 + b2
    H2 = np.tanh(Z2)
    P = softmax(H2 @ W3 + b3)
    S1, S2 = Z1, Z2
    d3 = (P - Y) / X.shape[0]
    d2 = (d3 @ W3.T)
    d1 = (d2 @ W2.T)
    return X.T @ d1, d1.sum(0), H1.T @ d2, d2.sum(0), H2.T @ d3, d3.sum(0)

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
