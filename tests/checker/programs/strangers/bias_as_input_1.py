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
syn0 = 2 * np.random.random((3, 5)) - 1
syn1 = 2 * np.random.random((5, 1)) - 1

for j in range(4000):
    # forward
    l0 = X
    hid = nonlin(np.dot(l0, syn0))
    out = nonlin(np.dot(hid, syn1))

    # how far off are we?
    err = y - out
    if j % 1000 == 0:
        print("Error:", np.sum(err ** 2) / 2)

    out_delta = err * out * (1 - out)
    l1_error = out_delta.dot(syn1.T)
    hid_delta = l1_error * nonlin(np.dot(l0, syn0), deriv=True)

    syn1 += hid.T.dot(out_delta)
    syn0 += l0.T.dot(hid_delta)

print("Output after training")
print(out.round(3))
