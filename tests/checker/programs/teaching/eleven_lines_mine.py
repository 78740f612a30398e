import numpy as np

# three layer network, input has a constant third column
def nonlin(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1],
              [0, 1, 1],
              [1, 0, 1],
              [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
w0 = 2 * np.random.random((3, 4)) - 1
w1 = 2 * np.random.random((4, 1)) - 1

for j in range(60000):
    l0 = X
    hid = nonlin(np.dot(l0, w0))
    out = nonlin(np.dot(hid, w1))

    l2_error = y - out
    if j % 10000 == 0:
        print("Error:", np.mean(np.abs(l2_error)))

    l2_delta = l2_error * nonlin(out, deriv=True)
    w1 += hid.T.dot(l2_delta)
    l1_error = l2_delta.dot(w1.T)
    l1_delta = l1_error * nonlin(hid, deriv=True)
    w0 += l0.T.dot(l1_delta)
