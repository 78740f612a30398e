import numpy as np

def sg(z):
    return 1 / (1 + np.exp(-z))

rs = np.random.RandomState(44)
xs = rs.uniform(0, 1, (20, 3))
ts = np.stack([xs[:, 0] > xs[:, 1], xs[:, 1] > xs[:, 2], xs[:, 2] > xs[:, 0]], axis=1) * 1.0
W1 = rs.randn(3, 3)
W2 = rs.randn(3, 3)
alpha = 0.5
for epoch in range(300):
    miss = 0.0
    for x, t in zip(xs, ts):
        h = sg(W1 @ x)
        o = sg(W2 @ h)
        miss += 0.5 * np.sum((o - t) ** 2)
        d2 = (o - t) * o * (1 - o)
        d1 = (W2.T @ d2) * h * (1 - h)
        W2 -= alpha * np.outer(d2, o)
        W1 -= alpha * np.outer(d1, x)
    if epoch % 100 == 99:
        print(epoch + 1, miss)
