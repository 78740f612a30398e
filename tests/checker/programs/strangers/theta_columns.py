import numpy as np
def add_ones(A): return np.hstack([np.ones((len(A), 1)), A])
def cost_and_grad(theta1, theta2, X, y):
    m = len(X)
    a1 = add_ones(X); z2 = a1 @ theta1.T
    a2 = add_ones(1 / (1 + np.exp(-z2)))
    h = 1 / (1 + np.exp(-(a2 @ theta2.T)))
    J = -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h)) / m
    d3 = h - y
    d2 = (d3 @ theta2)[:, 1:] * a2[:, 1:] * (1 - a2[:, 1:])
    return J, d2.T @ a1 / m, d3.T @ a2 / m
