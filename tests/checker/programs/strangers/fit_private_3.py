import numpy as np


class NeuralNetClassifier:
    def __init__(self, hidden_units=8, eta=0.1, epochs=50, minibatch_size=16, l2=0.0, seed=None):
        self.random = np.random.RandomState(seed)
        self.hidden_units, self.eta, self.epochs = hidden_units, eta, epochs
        self.minibatch_size, self.l2 = minibatch_size, l2

    def _onehot(self, y, n_classes):
        onehot = np.zeros((n_classes, y.shape[0]))
        for idx, val in enumerate(y.astype(int)):
            onehot[val, idx] = 1.0
        return onehot.T

    def _sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-np.clip(z, -250, 250)))

    def _forward(self, X):
        z_h = np.dot(X, self.w_h) + self.b_h
        a_h = self._sigmoid(z_h)
        z_out = np.dot(a_h, self.w_out) + self.b_out
        a_out = self._sigmoid(z_out)
        return z_h, a_h, z_out, a_out

    def predict(self, X):
        return np.argmax(self._forward(X)[2], axis=1)

    def fit(self, X_train, y_train):
        n_output = np.unique(y_train).shape[0]
        n_features = X_train.shape[1]
        self.b_h = np.zeros(self.hidden_units)
        self.w_h = self.random.normal(loc=0.0, scale=0.1, size=(n_features, self.hidden_units))
        self.b_out = np.zeros(n_output)
        self.w_out = self.random.normal(loc=0.0, scale=0.1, size=(self.hidden_units, n_output))
        y_train_enc = self._onehot(y_train, n_output)
        for i in range(self.epochs):
            indices = np.arange(X_train.shape[0])
            self.random.shuffle(indices)
            for start in range(0, indices.shape[0] - self.minibatch_size + 1, self.minibatch_size):
                batch_idx = indices[start:start + self.minibatch_size]
                z_h, a_h, z_out, a_out = self._forward(X_train[batch_idx])
                delta_out = a_out - y_train_enc[batch_idx]
                sigmoid_derivative_h = a_h * (1.0 - a_h)
                delta_h = np.dot(delta_out, self.w_out.T) * sigmoid_derivative_h
                grad_w_h = np.dot(X_train[batch_idx].T, delta_h)
                grad_b_h = np.sum(delta_h, axis=0)
                grad_w_out = np.dot(a_h.T, delta_out)
                grad_b_out = np.sum(delta_out, axis=0)
                self.w_h -= self.eta * (grad_w_h + self.l2 * self.w_h)
                self.b_h -= self.eta * grad_b_h
                self.w_out -= self.eta * (grad_w_out + self.l2 * self.w_out)
                self.b_out -= self.eta * grad_b_out
        return self


if __name__ == "__main__":
    rng = np.random.RandomState(1)
    X = rng.randn(160, 3)
    y = (X[:, 0] + X[:, 1] > 0).astype(int) + (X[:, 2] > 1).astype(int)
    nn = NeuralNetClassifier(seed=1, l2=0.01).fit(X, y)
    print("accuracy", np.mean(nn.predict(X) == y))
