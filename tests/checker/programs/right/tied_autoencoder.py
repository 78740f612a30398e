import numpy as np

gen = np.random.default_rng(19)
codes = gen.normal(size=(100, 2))
data = np.tanh(codes @ gen.normal(size=(2, 6)))
A = gen.normal(size=(6, 3)) * 0.5
# the decoder is A turned round
b = np.zeros(3)
d = np.zeros(6)
rate = 0.1

for epoch in range(1200):
    H = 1 / (1 + np.exp(-(data @ A + b)))
    R = H @ A.T + d
    E = 2 * (R - data) / len(data)
    if epoch % 300 == 0:
        print(epoch, np.sum((R - data) ** 2) / len(data))
    D = E @ A * H * (1 - H)
    A -= rate * E.T @ H
    d -= rate * E.sum(axis=0)
    A -= rate * data.T @ D
    b -= rate * D.sum(axis=0)
