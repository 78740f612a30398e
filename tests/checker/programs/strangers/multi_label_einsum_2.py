import numpy as np

np.random.seed(13)
sigm = lambda t: 1 / (1 + np.exp(-t))

# multi label toy problem: every output is its own yes/no question
m, n, h, k = 50, 6, 8, 3
X = np.random.randn(n, m)
Y = np.vstack([X[0] > 0, X[1] + X[2] > 0, X[3] * X[4] > 0]).astype(float)

def gradients(P, X, Y):
    m = X.shape[1]
    Z1 = P[0] @ X + P[1]
    A1 = np.tanh(Z1)
    A2 = sigm(P[2] @ A1 + P[3])
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    dZ2 = (A2 - Y) / m
    dP3 = np.mean(dZ2, axis=1, keepdims=True)
    dP2 = np.einsum('im,jm->ij', dZ2, A1)
    dA1 = np.einsum('ij,im->jm', P[2], dZ2)
    dZ1 = dA1 * (1 - A1 ** 2)
    dP1 = np.mean(dZ1, axis=1, keepdims=True)
    dP0 = np.einsum('im,jm->ij', dZ1, X)
    return cost, [dP0, dP1, dP2, dP3]

P = [np.random.randn(h, n) * 0.3, np.zeros((h, 1)), np.random.randn(k, h) * 0.3, np.zeros((k, 1))]
lr0, decay = 0.5, 0.01
for epoch in range(200):
    lr = lr0 / (1 + decay * epoch)
    cost, G = gradients(P, X, Y)
    for p, g in zip(P, G):
        p -= lr * g
    if epoch % 50 == 0:
        print(epoch, lr, cost)
print("final cost", cost)
