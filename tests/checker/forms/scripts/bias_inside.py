import numpy as np

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Xb = np.hstack([np.ones((4, 1)), X])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
theta1 = np.random.randn(3, 3)
theta2 = np.random.randn(4, 1)
alpha = 0.8


def g(z):
    return 1 / (1 + np.exp(-z))


for it in range(20000):
    a2 = g(Xb.dot(theta1))
    a2 = np.c_[np.ones(4), a2]
    a3 = g(a2.dot(theta2))
    J = -np.mean(y * np.log(a3) + (1 - y) * np.log(1 - a3))
    d3 = a3 - y
    d2 = (d3.dot(theta2.T) * a2 * (1 - a2))[:, 1:]
    theta2 -= alpha * a2.T.dot(d3) / 4
    theta1 -= alpha * Xb.T.dot(d2) / 4
print(a3)
