import numpy as np

# AND and OR at once, start values from the lecture slide
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0, 0], [0, 1], [0, 1], [1, 1]])
W1 = np.array([[1, -1, 2], [1, 2, -1]])
b1 = np.zeros(3)
W2 = np.array([[1, 1], [-1, 1], [1, -1]])
b2 = np.zeros(2)

def sigma(z):
    return 1 / (1 + np.exp(-z))

for t in range(2000):
    a = sigma(X @ W1 + b1)
    o = sigma(a @ W2 + b2)
    do = (o - Y) * o * (1 - o)
    da = do @ W2.T * a * (1 - a)
    W2 = (W2 - 0.5 * a.T @ do).astype(W2.dtype)
    b2 = b2 - 0.5 * do.sum(axis=0)
    W1 = (W1 - 0.5 * X.T @ da).astype(W1.dtype)
    b1 = b1 - 0.5 * da.sum(axis=0)
    if t % 500 == 0:
        print(t, 0.5 * np.sum((o - Y) ** 2))
