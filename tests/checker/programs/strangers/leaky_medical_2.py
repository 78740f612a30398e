import numpy as np

np.random.seed(21)
ALPHA = 0.1

def lrelu(z):
    return np.where(z > 0, z, ALPHA * z)

def lrelu_grad(z):
    return np.where(z > 0, 1.0, ALPHA)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

# fake medical data: 5 measurements, ill or not
X = np.random.randn(70, 5)
y = ((X[:, 0] * X[:, 1] + X[:, 2]) > 0).astype(float).reshape(-1, 1)

def make_net(n_in, n_h1, n_h2):
    return dict(W1=np.random.randn(n_in, n_h1) * np.sqrt(2 / n_in), b1=np.zeros((1, n_h1)),
                W2=np.random.randn(n_h1, n_h2) * np.sqrt(2 / n_h1), b2=np.zeros((1, n_h2)),
                W3=np.random.randn(n_h2, 1) * np.sqrt(1 / n_h2), b3=np.zeros((1, 1)))

def forward(p, X):
    z1 = X @ p['W1'] + p['b1']
    a1 = lrelu(z1)
    z2 = a1 @ p['W2'] + p['b2']
    a2 = lrelu(z2)
    z3 = a2 @ p['W3'] + p['b3']
    return z1, a1, z2, a2, z3, sigmoid(z3)

def bce(prob, y):
    prob = np.clip(prob, 1e-9, 1 - 1e-9)
    return -(y * np.log(prob) + (1 - y) * np.log(1 - prob)).mean()

def backward(p, X, y, saved):
    z1, a1, z2, a2, z3, prob = saved
    m = X.shape[0]
    g = {}
    dz3 = -(y / prob - (1 - y) / (1 - prob)) / m
    g['W3'] = a2.T @ dz3
    g['b3'] = dz3.sum(axis=0, keepdims=True)
    dz2 = dz3 @ p['W3'].T * lrelu_grad(z2)
    g['W2'] = a1.T @ dz2
    g['b2'] = dz2.sum(axis=0, keepdims=True)
    dz1 = dz2 @ p['W2'].T * lrelu_grad(z1)
    g['W1'] = X.T @ dz1
    g['b1'] = dz1.sum(axis=0, keepdims=True)
    return g

def train(X, y, epochs=300, lr=0.3):
    p = make_net(X.shape[1], 7, 7)
    for e in range(epochs):
        saved = forward(p, X)
        grads = backward(p, X, y, saved)
        for key in p:
            p[key] -= lr * grads[key]
        if e % 100 == 0:
            print(e, bce(saved[-1], y))
    return p

p = train(X, y)
acc = ((forward(p, X)[-1] > 0.5) == y).mean()
print('accuracy', acc)
