import numpy as np

class DeepNeuralNetwork():
    def __init__(self, sizes, epochs=10, l_rate=0.05):
        self.sizes = sizes
        self.epochs = epochs
        self.l_rate = l_rate
        rng = np.random.RandomState(0)
        a, b, c, d = sizes
        self.params = {'W1': rng.randn(b, a) * np.sqrt(1. / b),
                       'W2': rng.randn(c, b) * np.sqrt(1. / c),
                       'W3': rng.randn(d, c) * np.sqrt(1. / d)}

    def sigmoid(self, x, derivative=False):
        s = 1 / (1 + np.exp(-x))
        return s * (1 - s) if derivative else s

    def softmax(self, x):
        e = np.exp(x - x.max())
        return e / np.sum(e)

    def forward_pass(self, x_train):
        p = self.params
        p['A0'] = x_train
        p['Z1'] = p['W1'] @ p['A0']
        p['A1'] = self.sigmoid(p['Z1'])
        p['Z2'] = p['W2'] @ p['A1']
        p['A2'] = self.sigmoid(p['Z2'])
        p['Z3'] = p['W3'] @ p['A2']
        p['A3'] = self.softmax(p['Z3'])
        return p['A3']

    def backward_pass(self, y_train, output):
        p = self.params
        change_w = {}
        error = output - y_train
        change_w['W3'] = np.outer(error, p['A3'])
        error = (p['W3'].T @ error) * self.sigmoid(p['Z2'], derivative=True)
        change_w['W2'] = np.outer(error, p['A2'])
        error = (p['W2'].T @ error) * self.sigmoid(p['Z1'], derivative=True)
        change_w['W1'] = np.outer(error, p['A0'])
        return change_w

    def update_network_parameters(self, changes):
        for key, value in changes.items():
            for w_arr in self.params[key]:
                w_arr -= self.l_rate * value[0, 0]

    def train(self, xs, ys):
        for it in range(self.epochs):
            for x, y in zip(xs, ys):
                output = self.forward_pass(x)
                self.update_network_parameters(self.backward_pass(y, output))
            print('Epoch:', it + 1, 'accuracy', self.compute_accuracy(xs, ys))

    def compute_accuracy(self, xs, ys):
        return np.mean([np.argmax(self.forward_pass(x)) == np.argmax(y) for x, y in zip(xs, ys)])

rs = np.random.RandomState(1)
proto = rs.randn(5, 12)
lab = rs.randint(0, 5, 200)
X = proto[lab] + 0.4 * rs.randn(200, 12)
Y = np.eye(5)[lab]
dnn = DeepNeuralNetwork(sizes=[12, 5, 5, 5])
dnn.train(X, Y)
