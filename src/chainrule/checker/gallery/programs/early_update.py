"""A worked example by hand: two inputs, two hidden units, two outputs, one row."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


x, t = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
W1, b1 = np.array([[0.15, 0.25], [0.20, 0.30]]), np.array([0.35, 0.35])
W2, b2 = np.array([[0.40, 0.50], [0.45, 0.55]]), np.array([0.60, 0.60])
learning_rate = 0.5

for step in range(10_000):
    h = sigmoid(x @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
    error = 0.5 * np.sum((t - o) ** 2)
    d2 = (o - t) * o * (1 - o)
    W2 = W2 - learning_rate * h.T @ d2
    d1 = d2 @ W2.T * h * (1 - h)
    W1 = W1 - learning_rate * x.T @ d1
