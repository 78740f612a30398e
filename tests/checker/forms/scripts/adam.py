import numpy as np

X = np.random.randn(30, 3)
Y = np.sin(X.sum(1, keepdims=True))
theta = [np.random.randn(3, 5), np.zeros(5), np.random.randn(5, 1), np.zeros(1)]
m = [np.zeros_like(p) for p in theta]
v = [np.zeros_like(p) for p in theta]
lr, beta1, beta2, eps = 0.01, 0.9, 0.999, 1e-8
for t in range(1, 1001):
    W1, b1, W2, b2 = theta
    H = np.tanh(X @ W1 + b1)
    P = H @ W2 + b2
    loss = 0.5 * np.mean(np.sum((P - Y) ** 2, axis=1))
    dP = (P - Y) / len(X)
    dH = dP @ W2.T * (1 - H * H)
    grads = [X.T @ dH, dH.sum(0), H.T @ dP, dP.sum(0)]
    for i in range(4):
        m[i] = beta1 * m[i] + (1 - beta1) * grads[i]
        v[i] = beta2 * v[i] + (1 - beta2) * grads[i] ** 2
        mh = m[i] / (1 - beta1**t)
        vh = v[i] / (1 - beta2**t)
        theta[i] = theta[i] - lr * mh / (np.sqrt(vh) + eps)
