import numpy as np

sig = lambda z: 1 / (1 + np.exp(-z))
rs = np.random.RandomState(11)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.]])
Y = np.array([[0, 1, 1, 0.]]).T
W1, b1 = rs.randn(2, 5), rs.randn(5)
W2, b2 = rs.randn(5, 1), rs.randn(1)
lr = 0.5
for e in range(800):
    A = sig(X @ W1 + b1)
    O = sig(A @ W2 + b2)
    dO = (O - Y) * O * (1 - O)
    dA = dO @ W2.T * A * (1 - A)
    for x in X:
        W2 -= lr * A.T @ dO
        b2 -= lr * dO.sum(0)
        W1 -= lr * X.T @ dA
        b1 -= lr * dA.sum(0)
    if e % 200 == 0:
        print(e, 0.5 * np.sum((O - Y) ** 2))
