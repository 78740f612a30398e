import numpy as np

LAM = 0.01

def ones(A):
    # the last column is the constant one
    return np.hstack([A, np.ones((len(A), 1))])

def forward(theta, X):
    A = np.tanh(ones(X) @ theta[0])
    return A, 1 / (1 + np.exp(-ones(A) @ theta[1]))

def cost(theta, X, Y):
    p = np.clip(forward(theta, X)[1], 1e-12, 1 - 1e-12)
    data = -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))
    return data + 0.5 * LAM * sum(np.sum(t[:-1] ** 2) for t in theta)

def gradient(theta, X, Y):
    A, p = forward(theta, X)
    D2 = (p - Y) / len(X)
    back = D2 @ theta[1][:-1].T
    D1 = back * (1 - A ** 2)
    grads = [ones(X).T @ D1, ones(A).T @ D2]
    for g, t in zip(grads, theta):
        g += LAM * t
    return grads

rng = np.random.default_rng(81)
X = rng.normal(size=(120, 2))
Y = (X[:, :1] * X[:, 1:] > -0.2).astype(float)
theta = [rng.normal(size=(3, 8)), rng.normal(size=(9, 1)) * 0.4]
for t in range(400):
    theta = [p - 0.5 * g for p, g in zip(theta, gradient(theta, X, Y))]
    if t % 100 == 99:
        print(t + 1, cost(theta, X, Y))
