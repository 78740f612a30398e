import numpy as np

rng = np.random.RandomState(8)
t_ = np.pi * rng.rand(80)
X = np.concatenate([np.stack([np.cos(t_), np.sin(t_)], 1), np.stack([1 - np.cos(t_), .5 - np.sin(t_)], 1)])
X += .1 * rng.randn(*X.shape)
y = np.repeat([[0.], [1.]], 80, axis=0)

p = {'w1': rng.randn(2, 10), 'b1': np.zeros(10), 'w2': rng.randn(10, 1) * .5, 'b2': np.zeros(1)}
m = {k: np.zeros_like(v) for k, v in p.items()}
s = {k: np.zeros_like(v) for k, v in p.items()}

def predict(X):
    return 1 / (1 + np.exp(-(np.tanh(X @ p['w1'] + p['b1']) @ p['w2'] + p['b2'])))

def bce(a, y):
    a = np.clip(a, 1e-9, 1 - 1e-9)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))

def backprop(X, y):
    h = np.tanh(X @ p['w1'] + p['b1'])
    a = 1 / (1 + np.exp(-(h @ p['w2'] + p['b2'])))
    d2 = (a - y) / len(y)
    d1 = d2 @ p['w2'].T * (1 - h ** 2)
    return {'w2': h.T @ d2, 'b2': d2.sum(0), 'w1': X.T @ d1, 'b1': d1.sum(0)}

lr, beta1, beta2, eps = .02, .9, .999, 1e-8
for t in range(1, 301):
    g = backprop(X, y)
    for k in p:
        m[k] = beta1 * m[k] + (1 - beta1) * g[k]
        s[k] = beta2 * s[k] + (1 - beta2) * g[k] ** 2
        mh = m[k] / (1 - beta1 ** t)
        sh = s[k] / (1 - beta2 ** t)
        p[k] = p[k] - lr * mh / (np.sqrt(sh) + eps)
    if t % 100 == 0:
        print(t, bce(predict(X), y))
