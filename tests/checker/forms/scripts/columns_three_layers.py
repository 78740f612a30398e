import numpy as np

rng = np.random.RandomState(8)
A0 = rng.randn(3, 15)
Y = (rng.rand(2, 15) > 0.5) * 1.0
sizes = [3, 5, 4, 2]
W = {l: rng.randn(sizes[l], sizes[l - 1]) for l in (1, 2, 3)}
b = {l: np.zeros((sizes[l], 1)) for l in (1, 2, 3)}
m = A0.shape[1]
alpha = 0.6
for i in range(1, 2001):
    A = {0: A0}
    for l in (1, 2, 3):
        A[l] = 1 / (1 + np.exp(-(W[l].dot(A[l - 1]) + b[l])))
    cost = -np.sum(Y * np.log(A[3]) + (1 - Y) * np.log(1 - A[3])) / m
    dZ = A[3] - Y
    dW, db = {}, {}
    for l in (3, 2, 1):
        dW[l] = dZ.dot(A[l - 1].T) / m
        db[l] = dZ.sum(axis=1, keepdims=True) / m
        dZ = W[l].T.dot(dZ) * A[l - 1] * (1 - A[l - 1])
    for l in (1, 2, 3):
        W[l] -= alpha * dW[l]
        b[l] -= alpha * db[l]
