import numpy as np

rs = np.random.RandomState(20)
X = rs.randn(200, 2)
y = (X[:, :1] ** 2 + X[:, 1:] > 0.5).astype(float)
W1 = rs.randn(2, 12) * 0.8
b1 = np.zeros((1, 12))
W2 = rs.randn(12, 1) * 0.3
b2 = np.zeros((1, 1))
lr, batch = 0.3, 25

def run(X):
    relu_out = np.maximum(0, X @ W1 + b1)
    return relu_out, 1 / (1 + np.exp(-(relu_out @ W2 + b2)))

def bce(p, y):
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))

for epoch in range(40):
    order = rs.permutation(len(X))
    for s in range(0, len(X), batch):
        xb, yb = X[order[s:s + batch]], y[order[s:s + batch]]
        n = len(xb)
        relu_out, p = run(xb)
        dz = p - yb
        dz = dz * p * (1 - p)
        dW2 = relu_out.T @ dz / n
        db2 = dz.sum(axis=0, keepdims=True)
        dh = dz @ W2.T * (relu_out > 0)
        dW1 = xb.T @ dh / n
        db1 = dh.sum(axis=0, keepdims=True)
        W2 -= lr * dW2; b2 -= lr * db2
        W1 -= lr * dW1; b1 -= lr * db1
    if epoch % 10 == 9:
        p = run(X)[1]
        print("epoch", epoch + 1, "loss", round(float(bce(p, y)), 4), "acc", np.mean((p > 0.5) == y))
