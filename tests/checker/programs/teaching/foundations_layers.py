import numpy as np

class T:
    "an array with a place for its gradient"
    def __init__(self, v): self.v, self.g = v, None

class Relu():
    def __call__(self, inp):
        self.inp = inp
        self.out = T(np.clip(inp.v, 0., None))
        return self.out
    def backward(self): self.inp.g = (self.inp.v > 0).astype(float) * self.out.g

class Lin():
    def __init__(self, w, b): self.w, self.b = w, b
    def __call__(self, inp):
        self.inp = inp
        self.out = T(inp.v @ self.w.v + self.b.v)
        return self.out
    def backward(self):
        self.inp.g = self.out.g @ self.w.v.T
        self.w.g = self.inp.v.T @ self.out.g
        self.b.g = self.out.g.sum(0)

class Mse():
    def __call__(self, inp, targ):
        self.inp, self.targ = inp, targ
        return ((inp.v.squeeze(-1) - targ) ** 2).mean()
    def backward(self):
        self.inp.g = 2. * (self.inp.v.squeeze(-1) - self.targ)[:, None] / self.targ.shape[0]

class Model():
    def __init__(self, n_in, nh, n_out=1):
        r = np.random.default_rng(1)
        self.layers = [Lin(T(r.normal(size=(n_in, nh)) * (2 / n_in) ** .5), T(np.zeros(nh))), Relu(),
                       Lin(T(r.normal(size=(nh, n_out)) / nh ** .5), T(np.zeros(n_out)))]
        self.loss = Mse()
    def __call__(self, x, targ):
        for l in self.layers: x = l(x)
        return self.loss(x, targ)
    def backward(self):
        self.loss.backward()
        for l in reversed(self.layers): l.backward()
    def step(self, lr):
        for l in self.layers:
            if isinstance(l, Lin):
                l.w.v -= lr * l.w.g
                l.b.v -= lr * l.b.g

r = np.random.default_rng(0)
x = r.normal(size=(200, 3)); y = np.abs(x[:, 0]) + 0.5 * x[:, 1]
m = Model(3, 20)
for i in range(200):
    l = m(T(x), y)
    m.backward()
    m.step(0.1)
    if i % 50 == 0: print(i, l)
