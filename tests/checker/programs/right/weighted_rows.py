import numpy as np

rs = np.random.RandomState(3)
x = rs.uniform(-2, 2, (80, 1))
y = np.where(x > 0, np.sqrt(np.abs(x)), 0.5 * x)
weight = np.exp(-x ** 2)
weight = weight / weight.sum()
A, a = rs.randn(1, 15), rs.randn(15)
B, b = rs.randn(15, 1) * 0.2, np.zeros(1)

def loss():
    return float(np.sum(weight * (np.tanh(x @ A + a) @ B + b - y) ** 2))

for t in range(3000):
    h = np.tanh(x @ A + a)
    d = 2 * weight * (h @ B + b - y)
    s = d @ B.T * (1 - h ** 2)
    B = B - 0.05 * h.T @ d
    b = b - 0.05 * d.sum(axis=0)
    A = A - 0.05 * x.T @ s
    a = a - 0.05 * s.sum(axis=0)
    if t % 1000 == 0:
        print(t, loss())
print("end", loss())
