import numpy as np

def descend(stack, i, x, y, grads):
    """Go up through the layers, come back down with the derivative."""
    if i == len(stack):
        return (x - y) / len(x)
    W, b, kind = stack[i]
    z = x @ W + b
    a = np.tanh(z) if kind == "tanh" else z
    d = descend(stack, i + 1, a, y, grads)
    if kind == "tanh":
        d = d * (1 - a * a)
    grads[i] = (x.T @ d, d.sum(axis=0))
    return d @ W.T

def value(stack, x):
    for W, b, kind in stack:
        x = np.tanh(x @ W + b) if kind == "tanh" else x @ W + b
    return x

def mse(stack, x, y):
    return 0.5 * np.mean(np.sum((value(stack, x) - y) ** 2, axis=1))

rs = np.random.RandomState(0)
sizes = [2, 10, 6, 1]
stack = [[rs.randn(i, o) / np.sqrt(i), np.zeros(o), "tanh"] for i, o in zip(sizes, sizes[1:])]
stack[-1][2] = "linear"
X = rs.uniform(-1, 1, (100, 2))
Y = np.abs(X[:, :1]) * X[:, 1:]
for t in range(300):
    grads = {}
    descend(stack, 0, X, Y, grads)
    for i, (dW, db) in grads.items():
        stack[i][0] -= 0.3 * dW
        stack[i][1] -= 0.3 * db
    if t % 100 == 99:
        print(t + 1, mse(stack, X, Y))
