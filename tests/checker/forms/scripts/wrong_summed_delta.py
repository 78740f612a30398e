import numpy as np

X = np.random.randn(8, 3)
T = np.random.rand(8, 3)
W1 = np.random.randn(3, 4)
W2 = np.random.randn(4, 3)
eta = 0.05
for k in range(100):
    H = np.tanh(X @ W1)
    O = np.tanh(H @ W2)
    dO = (O - T) * (1 - O)
    dH = (dO @ W2.T) * (1 - H * H)
    W2 -= eta * H.T @ dO
    W1 -= eta * X.T @ dH
