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
V = np.random.randn(2, n_hidden) * 0.7
c1 = np.zeros((1, n_hidden))
W = np.random.randn(n_hidden, 1) * 0.7
c2 = np.zeros((1, 1))
velV, vc1, velW, vc2 = np.zeros_like(V), np.zeros_like(c1), np.zeros_like(W), np.zeros_like(c2)

lr = 0.2
mu = 0.9
for step in range(300):
    a1 = sigmoid(X @ V + c1)
    p = sigmoid(a1 @ W + c2)
    eps = 1e-12
    cost = -np.mean(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps))

    dz2 = -y * (1 - p) / N
    gW = a1.T @ dz2
    dc2 = np.sum(dz2, axis=0, keepdims=True)
    dz1 = (dz2 @ W.T) * a1 * (1 - a1)
    gV = X.T @ dz1
    dc1 = np.sum(dz1, axis=0, keepdims=True)

    # momentum: keep a running velocity for each array
    velW = mu * velW - lr * gW
    vc2 = mu * vc2 - lr * dc2
    velV = mu * velV - lr * gV
    vc1 = mu * vc1 - lr * dc1
    W += velW
    c2 += vc2
    V += velV
    c1 += vc1
    if step % 60 == 0:
        print("step", step, "cost", cost)

pred = (sigmoid(sigmoid(X @ V + c1) @ W + c2) > 0.5)
print("train accuracy:", (pred == y).mean())
