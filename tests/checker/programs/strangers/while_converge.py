import numpy as np

rng = np.random.RandomState(3)
A = rng.randn(80, 4)
B = np.tanh(A @ rng.randn(4, 2)) + 0.01 * rng.randn(80, 2)
V = rng.randn(4, 6) * 0.5
U = rng.randn(6, 2) * 0.5
eta, tol = 0.05, 1e-6
prev, cur, it = np.inf, 1e9, 0
while abs(prev - cur) > tol and it < 3000:
    prev = cur
    hid = np.tanh(A @ V)
    res = hid @ U - B
    cur = 0.5 * np.sum(res ** 2) / len(A)
    gU = hid.T @ res / len(A)
    gV = A.T @ ((res @ U.T) * (1 - hid)) / len(A)
    U -= eta * gU
    V -= eta * gV
    it += 1
print(it, cur)
