import numpy as np
def sigmoid(z): return 1/(1+np.exp(-z))
class Net:
    def __init__(self, sizes):
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]
    def step(self, X, Y, eta):
        a = [X]
        for w, b in zip(self.weights, self.biases): a.append(sigmoid(w @ a[-1] + b))
        d = (a[-1] - Y) * a[-1] * (1 - a[-1])
        m = X.shape[1]
        for l in range(len(self.weights) - 1, -1, -1):
            w = self.weights[l]
            gb = d
            gw = d @ a[l].T
            d = w.T @ d * a[l] * (1 - a[l])
            self.weights[l] = w - eta / m * gw
            self.biases[l] = self.biases[l] - eta / m * gb
