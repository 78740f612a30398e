import numpy as np

class Adam:
    def __init__(self, shapes, lr=0.03, b1=0.9, b2=0.999, eps=1e-8):
        self.m = [np.zeros(s) for s in shapes]
        self.v = [np.zeros(s) for s in shapes]
        self.lr, self.b1, self.b2, self.eps, self.t = lr, b1, b2, eps, 0

    def __call__(self, params, grads):
        self.t += 1
        for p, g, m, v in zip(params, grads, self.m, self.v):
            m += (1 - self.b1) * (g - m)
            v += (1 - self.b2) * (g * g - v)
            m_hat = m / (1 - self.b1 ** self.t)
            v_hat = v / (1 - self.b2 ** self.t)
            p -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)

def score(theta, X):
    h = np.maximum(X @ theta[0] + theta[1], 0)
    return h, h @ theta[2] + theta[3]

def bce_logits(s, Y):
    return np.mean(np.maximum(s, 0) - s * Y + np.log1p(np.exp(-np.abs(s))))

def grads(theta, X, Y):
    h, s = score(theta, X)
    d = (1 / (1 + np.exp(-s)) - Y) / Y.shape[0]
    e = (d @ theta[2].T) * (h > 0)
    return [X.T @ e, e.sum(0), h.T @ d, d.sum(0)]

rng = np.random.default_rng(27)
X = rng.normal(size=(150, 2))
Y = (X[:, :1] ** 2 > X[:, 1:]).astype(float)
theta = [rng.normal(size=(2, 14)), rng.normal(size=14) * 0.1, rng.normal(size=(14, 1)) * 0.3, np.zeros(1)]
adam = Adam([p.shape for p in theta])
for t in range(200):
    adam(theta, grads(theta, X, Y))
    if t % 50 == 49:
        print(t + 1, bce_logits(score(theta, X)[1], Y))
