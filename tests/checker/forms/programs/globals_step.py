import numpy as np

rng = np.random.default_rng(0)
W1 = rng.normal(size=(2, 3))
b1 = np.zeros(3)
W2 = rng.normal(size=(3, 1))
b2 = np.zeros(1)
lr = 0.5

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def train_step(X, y):
    global W1, b1, W2, b2
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    loss = np.mean((a2 - y) ** 2)
    d2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    W2 -= lr * a1.T @ d2
    b2 -= lr * d2.sum(axis=0)
    W1 -= lr * X.T @ d1
    b1 -= lr * d1.sum(axis=0)
    return loss
