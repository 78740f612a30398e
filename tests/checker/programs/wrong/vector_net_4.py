import numpy as np

I, H, O = 2, 6, 2
N = I * H + H + H * O + O

def take_apart(theta):
    k = 0
    parts = []
    for shape in ((I, H), (H,), (H, O), (O,)):
        n = int(np.prod(shape))
        parts.append(theta[k:k + n].reshape(shape))
        k += n
    return parts

def cost(theta, X, Y):
    W, b, V, c = take_apart(theta)
    return 0.5 * np.sum((np.tanh(X @ W + b) @ V + c - Y) ** 2) / len(X)

def dcost(theta, X, Y):
    W, b, V, c = take_apart(theta)
    A = np.tanh(X @ W + b)
    E = (A @ V + c - Y) / len(X)
    D = E @ V.T * (1 - A ** 2)
    return np.concatenate([np.zeros(I * H), np.zeros(H), (A.T @ E).ravel(), E.sum(axis=0)])

rng = np.random.default_rng(24)
X = rng.uniform(-1, 1, (60, I))
Y = np.c_[X[:, 0] * X[:, 1], np.abs(X[:, 0])]
theta = rng.normal(size=N) * 0.7
for it in range(600):
    theta = theta - 0.1 * dcost(theta, X, Y)
    if it % 200 == 199:
        print(it + 1, cost(theta, X, Y))
