import numpy as np

np.random.seed(8)
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = np.array([[0.], [1.], [1.], [0.]])
W1 = np.random.randn(2, 16)
b1 = np.random.randn(16) * 0.1
W2 = np.random.randn(*(16, 1)) * 0.5
b2 = np.zeros(1)

def act(s):
    return 1 / (1 + np.exp(-s))

def report(p):
    return -np.mean(Y * np.log(p + 1e-12) + (1 - Y) * np.log(1 - p + 1e-12))

for i in range(1000):
    h = np.maximum(0, X @ W1 + b1)
    p = act(h @ W2 + b2)
    if i % 250 == 0:
        print(i, report(p))
    ds = (p - Y) / 4
    dh = ds @ W2.T * (h > 0)
    W2 -= 0.3 * h.T @ ds
    b2 -= 0.3 * ds.sum(0)
    W1 -= 0.3 * X.T @ dh
    b1 -= 0.3 * dh.sum(0)
print(act(np.maximum(0, X @ W1 + b1) @ W2 + b2).round(2))
