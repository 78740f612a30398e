import numpy as np

np.random.seed(0)
X = np.random.randn(30, 3)
Y = np.sin(X.sum(1, keepdims=True))
W1 = np.random.randn(3, 8)
b1 = np.zeros((1, 8))
W2 = np.random.randn(8, 1)
b2 = np.zeros((1, 1))
vW1, vb1, vW2, vb2 = (np.zeros_like(p) for p in (W1, b1, W2, b2))
lr, mu = 0.01, 0.9
for step in range(500):
    H = np.tanh(X @ W1 + b1)
    P = H @ W2 + b2
    loss = np.mean((P - Y) ** 2)
    dP = 2 * (P - Y) / len(X)
    dW2, db2 = H.T @ dP, dP.sum(0, keepdims=True)
    dH = dP @ W2.T * (1 - H * H)
    dW1, db1 = X.T @ dH, dH.sum(0, keepdims=True)
    vW1 = mu * vW1 - lr * dW1
    vb1 = mu * vb1 - lr * db1
    vW2 = mu * vW2 - lr * dW2
    vb2 = mu * vb2 - lr * db2
    W1 += vW1
    b1 += vb1
    W2 += vW2
    b2 += vb2
