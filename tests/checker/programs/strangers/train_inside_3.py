import numpy as np


def train():
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=float)
    y = np.array([[0], [1], [1], [0]], dtype=float)
    np.random.seed(1)
    syn0 = 2 * np.random.random((3, 4)) - 1
    syn1 = 2 * np.random.random((4, 1)) - 1
    for j in range(2000):
        l1 = 1 / (1 + np.exp(-np.dot(X, syn0)))
        l2 = 1 / (1 + np.exp(-np.dot(l1, syn1)))
        l2_error = y - l2
        if j % 500 == 0:
            print("Error:" + str(np.mean(np.abs(l2_error))))
        l2_delta = l2_error * l2 * (1 - l2)
        l1_error = l2_error.dot(syn1.T)
        l1_delta = l1_error * l1 * (1 - l1)
        syn1 += l1.T.dot(l2_delta)
        syn0 += X.T.dot(l1_delta)
    return syn0, syn1


if __name__ == "__main__":
    print(train())
