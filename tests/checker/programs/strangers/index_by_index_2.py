# Neural net with explicit indices, the slow way, to really understand it.
import numpy as np

np.random.seed(77)
I, J, K = 3, 4, 2          # inputs, hidden, outputs
w1 = np.random.uniform(-0.8, 0.8, (I, J))
b1 = np.zeros(J)
w2 = np.random.uniform(-0.8, 0.8, (J, K))
b2 = np.zeros(K)

train_x = np.random.uniform(0, 1, (12, I))
train_t = np.zeros((12, K))
for n in range(12):
    train_t[n, 0] = 0.9 if train_x[n].sum() > 1.5 else 0.1
    train_t[n, 1] = 0.9 if train_x[n, 0] > train_x[n, 1] else 0.1

def g(s):
    return 1.0 / (1.0 + np.exp(-s))

eta = 0.8
for epoch in range(80):
    sse = 0.0
    for n in range(len(train_x)):
        x = train_x[n]
        t = train_t[n]
        h = np.zeros(J)
        for j in range(J):
            s = b1[j]
            for i in range(I):
                s += x[i] * w1[i, j]
            h[j] = g(s)
        o = np.zeros(K)
        for k in range(K):
            s = b2[k]
            for j in range(J):
                s += h[j] * w2[j, k]
            o[k] = g(s)
        sse += 0.5 * sum((t[k] - o[k]) ** 2 for k in range(K))

        delta_o = np.zeros(K)
        for k in range(K):
            delta_o[k] = (t[k] - o[k]) * o[k] * (1 - o[k])
        delta_h = np.zeros(J)
        for j in range(J):
            s = 0.0
            for k in range(K):
                s += delta_o[k] * w2[j, k]
            delta_h[j] = s

        for j in range(J):
            for k in range(K):
                w2[j, k] += eta * delta_o[k] * h[j]
        for k in range(K):
            b2[k] += eta * delta_o[k]
        for i in range(I):
            for j in range(J):
                w1[i, j] += eta * delta_h[j] * x[i]
        for j in range(J):
            b1[j] += eta * delta_h[j]
    if epoch % 20 == 0:
        print("epoch", epoch, "sum of squared errors", round(sse, 5))
print("done", w1.shape, w2.shape)
