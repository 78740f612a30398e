import numpy as np

def leaky_relu(z):
    return np.maximum(z, 0) + 0.2 * np.minimum(z, 0)

def forward(net, x):
    zs, acts = [], [x]
    for i, (W, b) in enumerate(net):
        zs.append(acts[-1] @ W.T + b)
        acts.append(leaky_relu(zs[-1]) if i < len(net) - 1 else zs[-1])
    return zs, acts

def log_softmax(s):
    s = s - np.max(s, axis=1, keepdims=True)
    return s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))

def nll(net, x, y):
    return -log_softmax(forward(net, x)[1][-1])[np.arange(len(y)), y].mean()

def gradients(net, x, y):
    zs, acts = forward(net, x)
    d = np.exp(log_softmax(acts[-1]))
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    out = []
    for i in reversed(range(len(net))):
        out.append((d.T @ acts[i], d.sum(axis=0)))
        if i > 0:
            d = (d @ net[i][0]) * np.where(zs[i - 1] > 0, 1.0, 0.2)
    return list(reversed(out))

rs = np.random.RandomState(61)
net = [(rs.randn(o, i) * np.sqrt(2 / i), np.zeros(o)) for i, o in ((2, 12), (12, 8), (8, 3))]
y = rs.randint(0, 3, 150)
X = np.array([[0, 1.2], [1.2, -.8], [-1.2, -.8]])[y] + 0.5 * rs.randn(150, 2)
for it in range(300):
    for (W, b), (dW, db) in zip(net, gradients(net, X, y)):
        W -= 0.2 * dW
        b -= 0.2 * db
    if it % 100 == 99:
        print(it + 1, nll(net, X, y))
