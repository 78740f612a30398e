import numpy as np

rng = np.random.default_rng(17)
h = 10
p = {'Win': rng.normal(size=(2, h)), 'bin': np.zeros(h),
     'W': rng.normal(size=(h, h)) / np.sqrt(h), 'b': np.zeros(h),
     'Wout': rng.normal(size=(h, 1)) / np.sqrt(h), 'bout': np.zeros(1)}

def forward(p, X):
    a = np.tanh(X @ p['Win'] + p['bin'])
    f = np.tanh(a @ p['W'] + p['b'])
    c = a + f                      # shortcut
    return a, f, c, c @ p['Wout'] + p['bout']

def loss(p, X, Y):
    return np.sum((forward(p, X)[-1] - Y) ** 2) / (2 * len(X))

def backward(p, X, Y):
    a, f, c, out = forward(p, X)
    d = (out - Y) / len(X)
    dc = d @ p['Wout'].T
    df = dc * (1 - f ** 2)
    da = (dc + df @ p['W'].T) * (1 - a ** 2)
    return {'Wout': c.T @ d, 'bout': d.sum(0), 'W': a.T @ df, 'b': df.sum(0), 'Win': X.T @ da, 'bin': da.sum(0)}

X = rng.uniform(-2, 2, (100, 2))
Y = np.cos(X[:, :1]) * X[:, 1:]
for it in range(400):
    g = backward(p, X, Y)
    for k in p:
        p[k] -= 0.1 * g[k]
    if it % 100 == 99:
        print(it + 1, loss(p, X, Y))
