import numpy as np

def sigmoid(z):
    return 1. / (1. + np.exp(-z))

def int_to_onehot(y, num_labels):
    ary = np.zeros((y.shape[0], num_labels))
    for i, val in enumerate(y):
        ary[i, val] = 1
    return ary

class NeuralNetMLP:
    def __init__(self, num_features, num_hidden, num_classes, random_seed=123):
        self.num_classes = num_classes
        rng = np.random.RandomState(random_seed)
        self.weight_1 = rng.normal(loc=0.0, scale=0.5, size=(num_hidden, num_features))
        self.bias_1 = np.zeros(num_hidden)
        self.weight_out = rng.normal(loc=0.0, scale=0.5, size=(num_classes, num_hidden))
        self.bias_out = np.zeros(num_classes)

    def forward(self, x):
        a_1 = sigmoid(np.dot(x, self.weight_1.T) + self.bias_1)
        a_out = sigmoid(np.dot(a_1, self.weight_out.T) + self.bias_out)
        return a_1, a_out

    def backward(self, x, a_1, a_out, y):
        # MSE loss, summed over the classes and averaged over the examples
        y_onehot = int_to_onehot(y, self.num_classes)
        d_loss__d_a_out = 2. * (a_out - y_onehot) / y.shape[0]
        delta_out = d_loss__d_a_out * a_out * (1. - a_out)
        d_loss__dw_out = np.dot(delta_out.T, a_1)
        d_loss__db_out = np.sum(delta_out)

        delta_h = np.dot(delta_out, self.weight_out) * a_1 * (1. - a_1)
        d_loss__dw_h = np.dot(delta_h.T, x)
        d_loss__db_h = np.sum(delta_h)
        return d_loss__dw_out, d_loss__db_out, d_loss__dw_h, d_loss__db_h

def mse_loss(model, X, y):
    _, p = model.forward(X)
    return np.mean(np.sum((int_to_onehot(y, model.num_classes) - p) ** 2, axis=1))

def train(model, X, y, num_epochs, learning_rate=0.1, batch=20):
    rng = np.random.RandomState(0)
    for e in range(num_epochs):
        idx = rng.permutation(len(X))
        for s in range(0, len(X), batch):
            i = idx[s:s + batch]
            a_1, a_out = model.forward(X[i])
            dwo, dbo, dwh, dbh = model.backward(X[i], a_1, a_out, y[i])
            model.weight_1 -= learning_rate * dwh
            model.bias_1 -= learning_rate * dbh
            model.weight_out -= learning_rate * dwo
            model.bias_out -= learning_rate * dbo
        if e % 10 == 0:
            print(f"Epoch {e:03d} MSE {mse_loss(model, X, y):.4f}")

rng = np.random.RandomState(7)
centers = np.array([[2., 0, 0, 1], [0, 2., -1, 0], [-1, -1, 2., 0]])
y = rng.randint(0, 3, 150)
X = centers[y] + 0.6 * rng.randn(150, 4)
model = NeuralNetMLP(4, 10, 3)
train(model, X, y, 30, learning_rate=0.5)
