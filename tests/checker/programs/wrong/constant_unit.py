import numpy as np

# the last unit of the input and of the hidden layer is constant 1
def forward(weights, X):
    x = np.column_stack([X, np.ones(len(X))])
    h = np.maximum(0, x @ weights[0])
    h[:, -1] = 1
    return x, h, h @ weights[1]

def loss(weights, X, Y):
    return 0.5 * np.sum((forward(weights, X)[2] - Y) ** 2) / len(X)

def backward(weights, X, Y):
    x, h, out = forward(weights, X)
    d = (out - Y) / len(X)
    dh = (d @ weights[1].T) * (h > 0)
    return [x.T @ dh, h.T @ d]

rng = np.random.default_rng(51)
weights = [rng.normal(size=(3, 11)), rng.normal(size=(11, 2)) * 0.3]
X = rng.uniform(-1, 1, (90, 2))
Y = np.c_[np.abs(X[:, 0]), X[:, 0] * X[:, 1]]
for t in range(500):
    weights = [w - 0.1 * g for w, g in zip(weights, backward(weights, X, Y))]
    if t % 100 == 99:
        print(t + 1, loss(weights, X, Y))
