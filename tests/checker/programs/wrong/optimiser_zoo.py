import numpy as np

def zeros(params):
    return {k: np.zeros_like(v) for k, v in params.items()}

class Net:
    def __init__(self, rng, i=2, h=8, o=1):
        self.p = {'W1': rng.normal(size=(i, h)), 'b1': rng.normal(size=h) * .1,
                  'W2': rng.normal(size=(h, o)) * .5, 'b2': np.zeros(o)}
        self.g = zeros(self.p)

    def forward(self, X):
        self.h = np.tanh(X @ self.p['W1'] + self.p['b1'])
        return self.h @ self.p['W2'] + self.p['b2']

    def loss(self, X, Y):
        return 0.5 * np.mean(np.sum((self.forward(X) - Y) ** 2, axis=1))

    def compute_gradients(self, X, Y):
        d = (self.forward(X) - Y) / len(X)
        dh = d @ self.p['W2'].T * (1 - self.h ** 2)
        new = {'W2': self.h.T @ d, 'b2': d.sum(0), 'W1': X.T @ dh, 'b1': dh.sum(0)}
        for k in new:
            self.g[k] = new[k]

class Optimiser:
    def __init__(self, net, lr, method):
        self.net, self.lr, self.method, self.t = net, lr, method, 0
        self.m, self.v = zeros(net.p), zeros(net.p)

    def step(self):
        self.t += 1
        p, g = self.net.p, self.net.g
        if self.method == 'adam':
            for k in p:
                self.m[k] = 0.9 * self.m[k] + 0.1 * g[k]
                self.v[k] = 0.999 * self.v[k] + 0.001 * g[k] ** 2
                mh = self.m[k]
                vh = self.v[k]
                p[k] -= self.lr * mh / (np.sqrt(vh) + 1e-8)
        elif self.method == 'momentum':
            for k in p:
                self.m[k] = 0.9 * self.m[k] - self.lr * g[k]
                p[k] += self.m[k]
        else:
            for k, w in p.items():
                w -= self.lr * g[k]

rng = np.random.default_rng(15)
X = rng.uniform(-1, 1, (90, 2))
Y = (X[:, :1] + X[:, 1:]) ** 2
net = Net(rng)
opt = Optimiser(net, lr=0.02, method='adam')
for it in range(200):
    net.compute_gradients(X, Y)
    opt.step()
    if it % 50 == 49:
        print(it + 1, net.loss(X, Y))
