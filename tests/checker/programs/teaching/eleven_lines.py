import numpy as np

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 0, 1, 1]]).T

np.random.seed(1)
syn0 = 2 * np.random.random((3, 1)) - 1

for it in range(10000):
    l1 = nonlin(X @ syn0)
    err = y - l1
    syn0 += X.T @ (err * nonlin(l1, True))

print("Output after training")
print(nonlin(X @ syn0))
