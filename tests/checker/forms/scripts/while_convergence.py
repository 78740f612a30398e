import numpy as np

x = np.array([[0.1, 0.2, 0.7], [0.5, -0.2, 0.1], [0.3, 0.3, -0.4], [-1.0, 0.2, 0.5], [0.0, 1, 0.3]])
t = np.array([[0.3, 0.6], [0.2, 0.9], [0.5, 0.5], [0.1, 0.4], [0.8, 0.3]])
w_h = np.random.rand(3, 4) - 0.5
w_o = np.random.rand(4, 2) - 0.5
error = 1e9
rate = 0.3
count = 0
while error > 0.001:
    count += 1
    hid = 1 / (1 + np.exp(-x @ w_h))
    out = 1 / (1 + np.exp(-hid @ w_o))
    error = 0.5 * np.sum((t - out) ** 2)
    g_out = (out - t) * out * (1 - out)
    g_hid = g_out @ w_o.T * hid * (1 - hid)
    w_o = w_o - rate * hid.T @ g_out
    w_h = w_h - rate * x.T @ g_hid
print(count)
