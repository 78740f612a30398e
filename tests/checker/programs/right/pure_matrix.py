import math
import random

def mul(A, B):
    return [[sum(a * b for a, b in zip(row, col)) for col in zip(*B)] for row in A]

def t(A):
    return [list(c) for c in zip(*A)]

def had(A, B):
    return [[a * b for a, b in zip(r, s)] for r, s in zip(A, B)]

def add_row(A, b):
    return [[a + c for a, c in zip(r, b)] for r in A]

def colsum(A):
    return [sum(c) for c in zip(*A)]

def sig(A):
    return [[1 / (1 + math.exp(-a)) for a in r] for r in A]

def dsig(A):
    return [[a * (1 - a) for a in r] for r in A]

def forward(net, X):
    W1, b1, W2, b2 = net
    H = sig(add_row(mul(X, W1), b1))
    return H, sig(add_row(mul(H, W2), b2))

def loss(net, X, Y):
    O = forward(net, X)[1]
    return sum((o - y) ** 2 for r, s in zip(O, Y) for o, y in zip(r, s)) / 2 / len(X)

def gradient(net, X, Y):
    W1, b1, W2, b2 = net
    H, O = forward(net, X)
    E = [[(o - y) / len(X) for o, y in zip(r, s)] for r, s in zip(O, Y)]
    D2 = had(E, dsig(O))
    D1 = had(mul(D2, t(W2)), dsig(H))
    return [mul(t(X), D1), colsum(D1), mul(t(H), D2), colsum(D2)]

def move(p, g, lr):
    if isinstance(p[0], list):
        return [[a - lr * b for a, b in zip(r, s)] for r, s in zip(p, g)]
    return [a - lr * b for a, b in zip(p, g)]

random.seed(6)
net = [[[random.gauss(0, 2) for _ in range(6)] for _ in range(2)], [random.gauss(0, 1) for _ in range(6)],
       [[random.gauss(0, 1)] for _ in range(6)], [0.0]]
X = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(40)]
Y = [[1.0 if a + b > 0 else 0.0] for a, b in X]
for k in range(150):
    net = [move(p, g, 4.0) for p, g in zip(net, gradient(net, X, Y))]
    if k % 50 == 49:
        print(k + 1, loss(net, X, Y))
