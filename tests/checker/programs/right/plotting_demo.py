import numpy as np
try:
    import matplotlib.pyplot as plt
except ImportError:
    plt = None

def s(x):
    return 1 / (1 + np.exp(-x))

np.random.seed(44)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[1], [0], [0], [1]])          # XNOR
syn_a, off_a = np.random.normal(0, 1.5, (2, 3)), np.random.normal(0, 1, (1, 3))
syn_b, off_b = np.random.normal(0, 1.5, (3, 1)), np.zeros((1, 1))
history = []
for i in range(3000):
    mid = s(X @ syn_a + off_a)
    out = s(mid @ syn_b + off_b)
    history.append(0.5 * float(np.sum((Y - out) ** 2)))
    delta_out = (Y - out) * out * (1 - out)
    delta_mid = delta_out @ syn_b.T * mid * (1 - mid)
    syn_b += 0.3 * mid.T @ delta_out
    off_b += 0.3 * delta_out.sum(axis=0, keepdims=True)
    syn_a += 0.3 * X.T @ delta_mid
    off_a += 0.3 * delta_mid.sum(axis=0, keepdims=True)
print(history[::1000], history[-1:])
if plt is not None:
    plt.plot(history)
    plt.xlabel("round")
