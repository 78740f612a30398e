# my old matlab script, now in numpy (columns = patterns)
import numpy as np

def logsig(n): return 1 / (1 + np.exp(-n))

np.random.seed(5)
P = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
T = np.array([[0, 1, 1, 0], [1, 1, 0, 1]])
[R, Q] = P.shape
S1 = 6
S2 = T.shape[0]
W1 = np.random.randn(S1, R); B1 = np.random.randn(S1, 1)
W2 = np.random.randn(S2, S1); B2 = np.random.randn(S2, 1)
eta = 0.6
sse = []
for epoch in range(1500):
    A1 = logsig(W1 @ P + B1)
    A2 = logsig(W2 @ A1 + B2)
    E = T - A2
    sse.append(0.5 * np.sum(E**2))
    D2 = A2 * (1 - A2) * E
    D1 = A1 * (1 - A1) * (W2.T @ D2)
    W2 = W2 + eta * (D2 @ A1.T); B2 = B2 + eta * np.sum(D2, 1, keepdims=True)
    W1 = W1 + eta * (D1 @ P.T); B1 = B1 + eta * np.sum(D1, 1, keepdims=True)
print(sse[::500])
