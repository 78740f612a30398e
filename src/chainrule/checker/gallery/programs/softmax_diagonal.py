"""Pictures of digits, from scratch: sigmoid layers, a softmax above, squared error."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(params, X):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    a2 = sigmoid(a1 @ params["W2"] + params["b2"])
    return a1, a2, softmax(a2 @ params["W3"] + params["b3"])


def loss(params, X, y):
    return 0.5 * np.sum((forward(params, X)[-1] - y) ** 2) / len(X)


def gradient(params, X, y):
    a1, a2, p = forward(params, X)
    d3 = (p - y) * p * (1 - p) / len(X)
    d2 = d3 @ params["W3"].T * a2 * (1 - a2)
    d1 = d2 @ params["W2"].T * a1 * (1 - a1)
    return {
        "W1": X.T @ d1, "b1": d1.sum(axis=0),
        "W2": a1.T @ d2, "b2": d2.sum(axis=0),
        "W3": a2.T @ d3, "b3": d3.sum(axis=0),
    }
