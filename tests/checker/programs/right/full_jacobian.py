import numpy as np

def softmax(v):
    e = np.exp(v - v.max())
    return e / e.sum()

def cost(net, X, T):
    total = 0
    for x, t in zip(X, T):
        h = np.tanh(net['W1'] @ x + net['b1'])
        total -= np.sum(t * np.log(softmax(net['W2'] @ h + net['b2']) + 1e-12))
    return total / len(X)

def backward(net, X, T):
    g = {k: np.zeros_like(v) for k, v in net.items()}
    for x, t in zip(X, T):
        h = np.tanh(net['W1'] @ x + net['b1'])
        p = softmax(net['W2'] @ h + net['b2'])
        dL_dp = -t / np.maximum(p, 1e-12)
        J = np.diag(p) - np.outer(p, p)
        dz2 = J @ dL_dp
        g['W2'] += np.outer(dz2, h)
        g['b2'] += dz2
        dz1 = np.diag(1 - h ** 2) @ (net['W2'].T @ dz2)
        g['W1'] += np.outer(dz1, x)
        g['b1'] += dz1
    return {k: v / len(X) for k, v in g.items()}

rs = np.random.RandomState(10)
net = {'W1': rs.randn(6, 3), 'b1': np.zeros(6), 'W2': rs.randn(3, 6) * 0.5, 'b2': np.zeros(3)}
c = rs.randint(0, 3, 60)
X = np.eye(3)[c] + 0.3 * rs.randn(60, 3)
T = np.eye(3)[c]
for i in range(60):
    g = backward(net, X, T)
    for k in net:
        net[k] -= 0.5 * g[k]
    if i % 20 == 19:
        print(i + 1, cost(net, X, T))
