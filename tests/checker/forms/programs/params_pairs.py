import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def backprop(params, X, y):
    activations = [X]
    a = X
    for W, b in params:
        a = sigmoid(a @ W + b)
        activations.append(a)
    m = len(X)
    delta = (a - y) / m
    grads = []
    for l in reversed(range(len(params))):
        W, b = params[l]
        grads.append((activations[l].T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.T) * activations[l] * (1 - activations[l])
    return grads[::-1]
