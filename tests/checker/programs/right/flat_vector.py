import numpy as np

NI, NH, NO = 1, 10, 1
CUTS = np.cumsum([NI * NH, NH, NH * NO])
SIZE = CUTS[-1] + NO

def unpack(v):
    a, b, c, d = np.split(v, CUTS)
    return a.reshape(NI, NH), b, c.reshape(NH, NO), d

def loss_grad(v, X, Y):
    A, b, C, d = unpack(v)
    H = np.tanh(X @ A + b)
    R = H @ C + d - Y
    n = len(X)
    loss = np.sum(R * R) / n
    dR = 2 * R / n
    dZ = dR @ C.T * (1 - H * H)
    g = np.concatenate([(X.T @ dZ).ravel(), dZ.sum(0), (H.T @ dR).ravel(), dR.sum(0)])
    return loss, g

rng = np.random.default_rng(0)
X = np.linspace(-2, 2, 60)[:, None]
Y = np.sin(2 * X)
v = rng.normal(0, 0.8, SIZE)
for k in range(1200):
    loss, g = loss_grad(v, X, Y)
    v = v - 0.05 * g
    if k % 300 == 0:
        print(k, loss)
print("end", loss_grad(v, X, Y)[0])
