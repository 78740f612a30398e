import numpy as np

def tanh(x):
    return np.tanh(x)

def tanh_d(x):
    e = np.tanh(x)
    return e

class Linear:
    def __init__(self, n_in, n_out, decay=0.0005, rng=np.random):
        self.W = rng.randn(n_in, n_out) / np.sqrt(n_in)
        self.b = np.zeros(n_out)
        self.decay = decay
    def fprop(self, x):
        self.last = x
        return x @ self.W + self.b
    def bprop(self, g):
        n = g.shape[0]
        self.dW = self.last.T @ g / n - self.decay * self.W
        self.db = g.mean(axis=0)
        return g @ self.W.T

class Activation:
    def __init__(self, f, f_d):
        self.f, self.f_d = f, f_d
    def fprop(self, x):
        self.last = x
        return self.f(x)
    def bprop(self, g):
        return g * self.f_d(self.last)

class LogRegression:
    def fprop(self, x):
        e = np.exp(x - np.amax(x, axis=1, keepdims=True))
        return e / np.sum(e, axis=1, keepdims=True)
    def input_grad(self, Y, Y_pred):
        return Y_pred - Y
    def loss(self, Y, Y_pred):
        return -np.mean(np.sum(Y * np.log(np.clip(Y_pred, 1e-15, 1)), axis=1))

class NeuralNetwork:
    def __init__(self, layers):
        self.layers = layers
    def _fprop(self, x):
        for l in self.layers:
            x = l.fprop(x)
        return x
    def loss(self, X, Y):
        return self.layers[-1].loss(Y, self._fprop(X))
    def backprop(self, X, Y):
        out = self._fprop(X)
        g = self.layers[-1].input_grad(Y, out)
        for l in reversed(self.layers[:-1]):
            g = l.bprop(g)
    def fit(self, X, Y, learning_rate=0.3, max_iter=10, batch_size=25):
        n = len(X)
        for it in range(max_iter):
            for b in range(n // batch_size):
                s = slice(b * batch_size, (b + 1) * batch_size)
                self.backprop(X[s], Y[s])
                for l in self.layers:
                    if hasattr(l, 'W'):
                        l.W -= learning_rate * l.dW
                        l.b -= learning_rate * l.db
        print('iter', max_iter, 'loss', self.loss(X, Y), 'train error', np.mean(self._fprop(X).argmax(1) != Y.argmax(1)))

def make(k):
    rng = np.random.RandomState(2)
    return NeuralNetwork([Linear(2, 9, 0.001, rng), Activation(tanh, tanh_d), Linear(9, k, 0.001, rng), LogRegression()])

rs = np.random.RandomState(0)
lab = rs.randint(0, 3, 150)
X = np.array([[0, 1.5], [1.5, -1], [-1.5, -1]])[lab] + 0.7 * rs.randn(150, 2)
Y = np.eye(3)[lab]
epochs=60
make(3).fit(X, Y, max_iter=epochs)
