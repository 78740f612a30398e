"""Numbers that remember where they came from, and a network of them."""
import numpy as np


class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def square(self):
        return Value(self.data**2, [(self, 2 * self.data)])

    def sigmoid(self):
        s = 1 / (1 + np.exp(-self.data))
        return Value(s, [(self, s * (1 - s))])

    def backward(self):
        order, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for parent, _ in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in value.parents:
                parent.grad = value.grad * slope


def layer(rows, W, b):
    found = []
    for row in rows:
        units = []
        for j in range(len(b)):
            z = b[j]
            for i in range(len(row)):
                z = z + row[i] * W[i][j]
            units.append(z.sigmoid())
        found.append(units)
    return found


def wrapped(array):
    return [[Value(float(v)) for v in row] for row in np.atleast_2d(array)]


def run(params, X, y):
    W1, b1 = wrapped(params["W1"]), wrapped(params["b1"])
    W2, b2 = wrapped(params["W2"]), wrapped(params["b2"])
    out = layer(layer(wrapped(X), W1, b1[0]), W2, b2[0])
    total = Value(0.0)
    for row, wanted in zip(out, y):
        for a, t in zip(row, wanted):
            total = total + Value(0.5 / len(X)) * (a + Value(-float(t))).square()
    return total, W1, b1, W2, b2


def loss(params, X, y):
    return run(params, X, y)[0].data


def grads(values):
    return np.array([[v.grad for v in row] for row in values])


def gradient(params, X, y):
    total, W1, b1, W2, b2 = run(params, X, y)
    total.backward()
    return {"W1": grads(W1), "b1": grads(b1)[0], "W2": grads(W2), "b2": grads(b2)[0]}
