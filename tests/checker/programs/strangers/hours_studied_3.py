import numpy as np

# hours studied, hours slept -> test score
X = np.array([[2, 9], [1, 5], [3, 6], [5, 7], [4, 8]], dtype=float)
Y = np.array([[92], [86], [89], [95], [90]], dtype=float)
X = X / X.max(axis=0)
Y = Y / 100

np.random.seed(1)
syn0 = 2 * np.random.random((2, 3)) - 1
syn1 = 2 * np.random.random((3, 1)) - 1
bias0 = np.zeros((1, 3))
bias1 = np.zeros((1, 1))
lr = 0.7

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

for epoch in range(5000):
    l0 = X
    l1 = nonlin(np.dot(l0, syn0) + bias0)
    l2 = nonlin(np.dot(l1, syn1) + bias1)
    l2_error = l2 - Y
    if epoch % 1000 == 0:
        print("Error:", np.mean(np.abs(l2_error)))
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    syn1 += lr * l1.T.dot(l2_delta)
    bias1 += lr * l2_delta.sum(axis=0, keepdims=True)
    syn0 += lr * l0.T.dot(l1_delta)
    bias0 += lr * l1_delta.sum(axis=0, keepdims=True)

print(l2)
