import numpy as np

def sig(x):
    return 1.0/(1.0+np.exp(-x))

def dprime(x):
    return 1-sig(x)

class Perceptron:
    """multi layer perceptron, one hidden layer"""
    def __init__(self, n_in, n_hid, n_out, seed=3):
        rs = np.random.RandomState(seed)
        self.W = rs.randn(n_in, n_hid)
        self.b = np.zeros(n_hid)
        self.V = rs.randn(n_hid, n_out)
        self.c = np.zeros(n_out)

    def predict(self, X):
        return sig(sig(X.dot(self.W)+self.b).dot(self.V)+self.c)

    def loss(self, X, Y):
        return 0.5*np.sum((self.predict(X)-Y)**2)/len(X)

    def partial_fit(self, X, Y, lr):
        n = len(X)
        hidden_in = X.dot(self.W)+self.b
        hidden_layer = sig(hidden_in)
        out_in = hidden_layer.dot(self.V)+self.c
        err = (sig(out_in)-Y)/n
        delta_out = err*dprime(out_in)
        back = delta_out
        delta_hid = back.dot(self.V.T)*dprime(hidden_in)
        self.V = self.V-lr*hidden_layer.T.dot(delta_out)
        self.W = self.W-lr*X.T.dot(delta_hid)
        self.c = self.c-lr*delta_out.sum(axis=0)
        self.b = self.b-lr*delta_hid.sum(axis=0)

    def fit(self, X, Y, epochs=300, lr=2.0):
        for e in range(epochs):
            self.partial_fit(X, Y, lr)
            if e % 100 == 0:
                print(e, self.loss(X, Y))
        return self

if __name__ == '__main__':
    rs = np.random.RandomState(0)
    X = rs.uniform(-1, 1, (120, 2))
    Y = (X[:, :1]+X[:, 1:] > 0.2)*1.0
    print(Perceptron(2, 5, 1).fit(X, Y).loss(X, Y))
