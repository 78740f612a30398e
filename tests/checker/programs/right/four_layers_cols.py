import numpy as np
np.random.seed(0)
n = [2, 8, 8, 6, 3]
p = {}
for i in range(1, 5):
    p["W%d" % i] = np.random.randn(n[i], n[i-1]) * np.sqrt(2.0 / n[i-1])
    p["b%d" % i] = np.zeros((n[i], 1))

def forward(X):
    c = {"A0": X}
    c["Z1"] = p["W1"] @ X + p["b1"]; c["A1"] = np.maximum(0.01 * c["Z1"], c["Z1"])
    c["Z2"] = p["W2"] @ c["A1"] + p["b2"]; c["A2"] = np.maximum(0.01 * c["Z2"], c["Z2"])
    c["Z3"] = p["W3"] @ c["A2"] + p["b3"]; c["A3"] = np.tanh(c["Z3"])
    c["Z4"] = p["W4"] @ c["A3"] + p["b4"]
    e = np.exp(c["Z4"] - np.max(c["Z4"], axis=0, keepdims=True))
    c["A4"] = e / np.sum(e, axis=0, keepdims=True)
    return c

def leak(Z):
    return np.where(Z > 0, 1.0, 0.01)

def backward(X, Y):
    m = X.shape[1]
    c = forward(X)
    g = {}
    dZ4 = (c["A4"] - Y) / m
    g["W4"], g["b4"] = dZ4 @ c["A3"].T, np.sum(dZ4, axis=1, keepdims=True)
    dZ3 = (p["W4"].T @ dZ4) * (1 - c["A3"] ** 2)
    g["W3"], g["b3"] = dZ3 @ c["A2"].T, np.sum(dZ3, axis=1, keepdims=True)
    dZ2 = (p["W3"].T @ dZ3) * leak(c["Z2"])
    g["W2"], g["b2"] = dZ2 @ c["A1"].T, np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = (p["W2"].T @ dZ2) * leak(c["Z1"])
    g["W1"], g["b1"] = dZ1 @ X.T, np.sum(dZ1, axis=1, keepdims=True)
    return g

lab = np.random.randint(0, 3, 150)
X = np.vstack([np.cos(2.1 * lab), np.sin(2.1 * lab)]) + 0.3 * np.random.randn(2, 150)
Y = np.eye(3)[:, lab]
for it in range(300):
    g = backward(X, Y)
    for k in p:
        p[k] -= 0.2 * g[k]
    if it % 100 == 99:
        A = forward(X)["A4"]
        print(it + 1, "cost", -np.sum(Y * np.log(A + 1e-12)) / 150, "acc", np.mean(A.argmax(axis=0) == lab))
