import numpy as np

X = np.array([[0.0, 0.3], [0.1, 1.0], [1.0, -0.4], [1.0, 1.0], [0.6, 0.2]])
y = np.array([[0.0], [1.0], [1.0], [0.0], [1.0]])
W1, b1 = np.random.randn(2, 3), np.zeros((1, 3))
W2, b2 = np.random.randn(3, 1), np.zeros((1, 1))
lr = 0.4
for epoch in range(3000):
    a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    d2 = (a2 - y) * a2 * (1 - a2)
    W2 -= lr * a1.T @ d2
    b2 -= lr * d2.sum(axis=0, keepdims=True)
    d1 = d2 @ W2.T * a1 * (1 - a1)
    W1 -= lr * X.T @ d1
    b1 -= lr * d1.sum(axis=0, keepdims=True)
