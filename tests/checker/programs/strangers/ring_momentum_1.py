import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

np.random.seed(10)
# points in a ring vs. points in the middle
N = 90
radius = np.r_[np.random.rand(N // 2) * 0.8, 1.2 + np.random.rand(N // 2)]
angle = 2 * np.pi * np.random.rand(N)
X = np.c_[radius * np.cos(angle), radius * np.sin(angle)]
y = np.r_[np.zeros(N // 2), np.ones(N // 2)].reshape(-1, 1)

n_hidden = 8
w1 = np.random.randn(2, n_hidden) * 0.7
c1 = np.zeros((1, n_hidden))
w2 = np.random.randn(n_hidden, 1) * 0.7
c2 = np.zeros((1, 1))

lr = 0.2
for epoch in range(300):
    a1 = sigmoid(X @ w1 + c1)
    p = sigmoid(a1 @ w2 + c2)
    eps = 1e-12
    cost = -np.mean(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps))

    dz2 = lr * (p - y) / N
    dw2 = a1.T @ dz2
    dc2 = np.sum(dz2, axis=0, keepdims=True)
    dz1 = (dz2 @ w2.T) * a1 * (1 - a1)
    dw1 = X.T @ dz1
    dc1 = np.sum(dz1, axis=0, keepdims=True)

    w2 -= lr * dw2
    c2 -= lr * dc2
    w1 -= lr * dw1
    c1 -= lr * dc1
    if epoch % 60 == 0:
        print("step", epoch, "cost", cost)

pred = (sigmoid(sigmoid(X @ w1 + c1) @ w2 + c2) > 0.5)
print("train accuracy:", (pred == y).mean())
