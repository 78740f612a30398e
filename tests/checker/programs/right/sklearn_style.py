import numpy as np

class MyMLP:
    def __init__(self, hidden_layer_sizes=(16,), learning_rate=0.3, alpha=1e-3, batch_size=20, max_iter=40, random_state=0):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.learning_rate = learning_rate
        self.alpha = alpha
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.random_state = random_state

    def _forward(self, X):
        acts = [X]
        for i, (W, b) in enumerate(zip(self.coefs_, self.intercepts_)):
            z = acts[-1] @ W + b
            if i < len(self.coefs_) - 1:
                acts.append(np.tanh(z))
            else:
                z = z - z.max(axis=1, keepdims=True)
                e = np.exp(z)
                acts.append(e / e.sum(axis=1, keepdims=True))
        return acts

    def _loss(self, X, Y):
        P = np.clip(self._forward(X)[-1], 1e-12, 1)
        penalty = 0.5 * self.alpha * sum(np.sum(W * W) for W in self.coefs_)
        return (-np.sum(Y * np.log(P)) + penalty) / len(X)

    def _backprop(self, X, Y):
        acts = self._forward(X)
        m = len(X)
        delta = acts[-1] - Y
        gW, gb = [None] * len(self.coefs_), [None] * len(self.coefs_)
        for i in range(len(self.coefs_) - 1, -1, -1):
            gW[i] = (acts[i].T @ delta + self.alpha * self.coefs_[i]) / m
            gb[i] = delta.mean(axis=0)
            if i > 0:
                delta = (delta @ self.coefs_[i].T) * (1 - acts[i] ** 2)
        return gW, gb

    def fit(self, X, y):
        rng = np.random.RandomState(self.random_state)
        self.classes_ = np.unique(y)
        Y = (y[:, None] == self.classes_[None, :]).astype(float)
        sizes = [X.shape[1], *self.hidden_layer_sizes, len(self.classes_)]
        self.coefs_ = [rng.randn(i, o) / np.sqrt(i) for i, o in zip(sizes, sizes[1:])]
        self.intercepts_ = [np.zeros(o) for o in sizes[1:]]
        self.loss_curve_ = []
        for it in range(self.max_iter):
            order = rng.permutation(len(X))
            for s in range(0, len(X), self.batch_size):
                sel = order[s:s + self.batch_size]
                gW, gb = self._backprop(X[sel], Y[sel])
                for i in range(len(gW)):
                    self.coefs_[i] -= self.learning_rate * gW[i]
                    self.intercepts_[i] -= self.learning_rate * gb[i]
            self.loss_curve_.append(self._loss(X, Y))
        return self

    def predict(self, X):
        return self.classes_[np.argmax(self._forward(X)[-1], axis=1)]

    def score(self, X, y):
        return np.mean(self.predict(X) == y)

if __name__ == "__main__":
    rng = np.random.RandomState(7)
    y = rng.randint(0, 3, 170)
    X = np.array([[0, 2], [2, 0], [-1.5, -1.5]])[y] + rng.randn(170, 2) * 0.7
    clf = MyMLP().fit(X[:130], y[:130])
    print(clf.loss_curve_[::10], clf.score(X[130:], y[130:]))
