"""network2-like, smaller: cross-entropy, L2, gaussian/sqrt(n) start"""
import random
import numpy as np

def sig(z):
    return 1.0/(1.0+np.exp(-z))

class Net:
    def __init__(self, sizes):
        self.L = len(sizes)
        self.b = [np.random.randn(y, 1) for y in sizes[1:]]
        self.w = [np.random.randn(y, x)/np.sqrt(x) for x, y in zip(sizes, sizes[1:])]

    def ff(self, a):
        for b, w in zip(self.b, self.w):
            a = sig(w.dot(a)+b)
        return a

    def cost(self, data, lmbda):
        c = 0.0
        for x, y in data:
            a = self.ff(x)
            c += np.sum(np.nan_to_num(-y*np.log(a)-(1-y)*np.log(1-a)))/len(data)
        c += 0.5*(lmbda/len(data))*sum(np.linalg.norm(w)**2 for w in self.w)
        return c

    def batch(self, mb, eta, lmbda, n):
        gb = [np.zeros_like(b) for b in self.b]
        gw = [np.zeros_like(w) for w in self.w]
        for x, y in mb:
            acts = [x]
            for b, w in zip(self.b, self.w):
                acts.append(sig(w.dot(acts[-1])+b))
            d = acts[-1]-y
            gb[-1] += d
            gw[-1] += d.dot(acts[-2].T)
            for l in range(2, self.L):
                a = acts[-l]
                d = self.w[-l+1].T.dot(d)*a*(1-a)
                gb[-l] += d
                gw[-l] += d.dot(acts[-l-1].T)
        for k in range(self.L-1):
            self.w[k] *= 1-eta*lmbda/n
            self.w[k] -= eta/len(mb)*gw[k]
            self.b[k] -= eta/len(mb)*gb[k]

np.random.seed(0); random.seed(0)
pts = np.random.randn(150, 2)
train = [(p.reshape(-1, 1), np.array([[float(p@p < 1)], [float(p@p >= 1)]])) for p in pts]
net = Net([2, 8, 2])
epochs=40
for e in range(epochs):
    random.shuffle(train)
    for k in range(0, len(train), 10):
        net.batch(train[k:k+10], 0.5, 0.01, len(train))
    if e % 10 == 9:
        print("epoch", e, "cost", net.cost(train, 0.01))
