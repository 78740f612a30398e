import random
import numpy as np

def synthetic(n, rng):
    X = rng.normal(0, 1, (n, 4))
    y = np.where(X[:, 0] > 0.3, 0, np.where(X[:, 1] > 0, 1, 2))
    return X, y

def data_iter(batch_size, features, labels):
    num_examples = len(features)
    indices = list(range(num_examples))
    random.shuffle(indices)
    for i in range(0, num_examples, batch_size):
        batch_indices = indices[i: min(i + batch_size, num_examples)]
        yield features[batch_indices], labels[batch_indices]

rng = np.random.default_rng(42)
random.seed(42)
num_inputs, num_outputs, num_hiddens = 4, 3, 16
W1 = rng.normal(0, 0.5, (num_inputs, num_hiddens))
b1 = np.zeros(num_hiddens)
W2 = rng.normal(0, 0.5, (num_hiddens, num_outputs))
b2 = np.zeros(num_outputs)
params = [W1, b1, W2, b2]

def relu(X):
    return np.maximum(X, 0)

def softmax(O):
    O_exp = np.exp(O - O.max(1, keepdims=True))
    return O_exp / O_exp.sum(1, keepdims=True)

def net(X):
    H = relu(X @ W1 + b1)
    return softmax(H @ W2 + b2), H

def cross_entropy(y_hat, y):
    return -np.log(y_hat[range(len(y_hat)), y] + 1e-12)

def gradients(X, y):
    y_hat, H = net(X)
    d = y_hat.copy()
    d[range(len(y)), y] -= 1
    dH = d @ W2.T * (H > 0)
    return [X.T @ dH, dH.sum(0), H.T @ d, d.sum(0)]

def sgd(params, grads, lr, batch_size):
    """minibatch stochastic gradient descent"""
    for param, g in zip(params, grads):
        param -= lr * g / batch_size

X, y = synthetic(500, rng)
lr, num_epochs, batch_size = 0.3, 15, 32
for epoch in range(num_epochs):
    for Xb, yb in data_iter(batch_size, X, y):
        sgd(params, gradients(Xb, yb), lr, len(yb))
    print(f'epoch {epoch + 1}, loss {cross_entropy(net(X)[0], y).mean():f}')
