# Neural net with explicit indices, the slow way, to really understand it.
import numpy as np

np.random.seed(77)
I, J, K = 3, 4, 2          # inputs, hidden, outputs
V = np.random.uniform(-0.8, 0.8, (I, J))
bv = np.zeros(J)
W = np.random.uniform(-0.8, 0.8, (J, K))
bw = np.zeros(K)

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
            s = bv[j]
            for i in range(I):
                s += x[i] * V[i, j]
            h[j] = g(s)
        o = np.zeros(K)
        for k in range(K):
            s = bw[k]
            for j in range(J):
                s += h[j] * W[j, k]
            o[k] = g(s)
        sse += 0.5 * sum((t[k] - o[k]) ** 2 for k in range(K))

        delta_o = np.zeros(K)
        for k in range(K):
            delta_o[k] = (t[k] - o[k]) * o[k] * (1 - o[k])
        delta_h = np.zeros(J)
        for j in range(J):
            s = 0.0
            for k in range(K):
                s += delta_o[k] * W[j, k]
            delta_h[j] = s * h[j] * (1 - h[j])

        for j in range(J):
            for k in range(K):
                W[j, k] += eta * delta_o[k] * h[j]
        for k in range(K):
            bw[k] += eta * delta_o[k]
        for i in range(I):
            for j in range(J):
                V[i, j] -= eta * delta_h[j] * x[i]
        for j in range(J):
            bv[j] -= eta * delta_h[j]
    if epoch % 20 == 0:
        print("epoch", epoch, "sum of squared errors", round(sse, 5))
print("done", V.shape, W.shape)
