# 3 layer net, XOR-ish toy problem, bias is just the third input column
import numpy as np

def sigm(x, deriv=False):
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
theta1 = 2 * np.random.random((3, 5)) - 1
theta2 = 2 * np.random.random((5, 1)) - 1

for j in range(4000):
    # forward
    l0 = X
    l1 = sigm(np.dot(l0, theta1))
    l2 = sigm(np.dot(l1, theta2))

    # how far off are we?
    l2_error = y - l2
    if j % 1000 == 0:
        print("Error:", np.sum(l2_error ** 2) / 2)

    l2_delta = l2_error * sigm(l2, deriv=True)
    theta2 += l1.T.dot(l2_delta)
    l1_error = l2_delta.dot(theta2.T)
    l1_delta = l1_error * sigm(l1, deriv=True)

    theta1 += l0.T.dot(l1_delta)

print("Output after training")
print(l2.round(3))
