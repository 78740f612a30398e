# 3 layer net, XOR-ish toy problem, bias is just the third input column
import numpy as np

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1],
              [0, 1, 1],
              [1, 0, 1],
              [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)

# random weights, mean 0
w0 = 2 * np.random.random((3, 5)) - 1
w1 = 2 * np.random.random((5, 1)) - 1

for j in range(4000):
    # forward
    l0 = X
    layer1 = nonlin(np.dot(l0, w0))
    layer2 = nonlin(np.dot(layer1, w1))

    # how far off are we?
    l2_error = y - layer2
    if j % 1000 == 0:
        print("Error:", np.sum(l2_error ** 2) / 2)

    l2_delta = l2_error * nonlin(layer2, deriv=True)
    l1_error = l2_error.dot(w1.T)
    l1_delta = l1_error * nonlin(layer1, deriv=True)

    w1 += layer1.T.dot(l2_delta)
    w0 += l0.T.dot(l1_delta)

print("Output after training")
print(layer2.round(3))
