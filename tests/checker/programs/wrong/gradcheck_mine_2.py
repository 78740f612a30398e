import numpy as np

def forward(theta, X):
    h = np.tanh(X @ theta[0] + theta[1])
    return h, h @ theta[2] + theta[3]

def cost(theta, X, Y):
    return 0.5 * np.sum((forward(theta, X)[1] - Y) ** 2) / len(X)

def analytic(theta, X, Y):
    h, out = forward(theta, X)
    d = (out - Y) / len(X)
    e = (d @ theta[2].T) * (1 + h ** 2)
    return [X.T @ e, e.sum(axis=0), h.T @ d, d.sum(axis=0)]

def verify(theta, X, Y, eps=1e-5):
    worst = 0.0
    for p, g in zip(theta, analytic(theta, X, Y)):
        flat, gflat = p.reshape(-1), g.reshape(-1)
        for i in range(flat.size):
            old = flat[i]
            flat[i] = old + eps
            plus = cost(theta, X, Y)
            flat[i] = old - eps
            minus = cost(theta, X, Y)
            flat[i] = old
            num = (plus - minus) / (2 * eps)
            worst = max(worst, abs(num - gflat[i]) / max(1e-8, abs(num) + abs(gflat[i])))
    return worst

rng = np.random.default_rng(18)
theta = [rng.normal(size=(2, 7)), rng.normal(size=7), rng.normal(size=(7, 2)) * 0.5, np.zeros(2)]
X = rng.uniform(-1, 1, (40, 2))
Y = np.c_[X[:, 0] ** 2, X[:, 0] * X[:, 1]]
print("relative difference:", verify(theta, X, Y))
for t in range(300):
    theta = [p - 0.05 * g for p, g in zip(theta, analytic(theta, X, Y))]
print("cost", cost(theta, X, Y))
