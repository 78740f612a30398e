"""The loss is NumPy's mean, the gradient is worked out on paper."""
import numpy as np


def forward(params, X):
    a1 = np.tanh(X @ params["W1"] + params["b1"])
    return a1, a1 @ params["W2"] + params["b2"]


def loss(params, X, y):
    return np.mean((forward(params, X)[1] - y) ** 2)


def gradient(params, X, y):
    a1, a2 = forward(params, X)
    d2 = 2 * (a2 - y) / len(X)
    d1 = d2 @ params["W2"].T * (1 - a1**2)
    return {"W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": a1.T @ d2, "b2": d2.sum(axis=0)}
