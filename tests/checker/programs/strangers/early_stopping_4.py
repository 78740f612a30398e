import numpy as np


class BinaryNet:
    """ReLU hidden layer, sigmoid output, mini-batches and early stopping."""

    def __init__(self, n_in, n_hidden, lr=0.1, l2=1e-3, seed=0):
        self.rng = np.random.RandomState(seed)
        self.w_h = self.rng.randn(n_in, n_hidden) * np.sqrt(2.0 / n_in)
        self.b_h = np.zeros(n_hidden)
        self.w_o = self.rng.randn(n_hidden) * np.sqrt(1.0 / n_hidden)
        self.b_o = 0.0
        self.lr = lr
        self.l2 = l2

    def forward(self, x):
        self.pre = x @ self.w_h + self.b_h
        self.hid = np.maximum(self.pre, 0.0)
        self.prob = 1.0 / (1.0 + np.exp(-(self.hid @ self.w_o + self.b_o)))
        return self.prob

    def loss(self, x, y):
        p = np.clip(self.forward(x), 1e-12, 1 - 1e-12)
        penalty = 0.5 * self.l2 * (np.sum(self.w_h ** 2) + np.sum(self.w_o ** 2))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + penalty

    def backward(self, x, y):
        delta = (self.prob - y) / len(y)
        self.g_w_o = self.hid.T @ delta + self.l2 * self.w_o
        self.g_b_o = np.sum(delta)
        delta_h = np.outer(delta, self.w_o) * (self.pre > 0)
        self.g_w_h = x.T @ delta_h + self.l2 * self.w_h
        self.g_b_h = np.sum(delta_h, axis=0)

    def step(self):
        self.w_o -= self.lr * self.g_w_o
        self.b_o -= self.lr * self.g_b_o
        self.w_h -= self.lr * self.g_w_h
        self.b_h -= self.lr * self.g_b_h

    def fit(self, x, y, x_val, y_val, max_epochs=60, batch=20, patience=8):
        best, waited = np.inf, 0
        for epoch in range(max_epochs):
            p = self.rng.permutation(len(x))
            for i in range(0, len(x), batch):
                rows = p[i:i + batch]
                self.forward(x[rows])
                self.backward(x[rows], y[rows])
                self.step()
            val = self.loss(x_val, y_val)
            if val < best - 1e-4:
                best, waited = val, 0
            else:
                waited += 1
                if waited >= patience:
                    print("early stop at epoch", epoch)
                    break
        print("best validation loss", best)


if __name__ == "__main__":
    r = np.random.RandomState(44)
    data = r.randn(160, 5)
    label = (data[:, 0] ** 2 + data[:, 1] > 0.7).astype(float)
    net = BinaryNet(5, 12, seed=2)
    net.fit(data[:120], label[:120], data[120:], label[120:])
    print("val accuracy", np.mean((net.forward(data[120:]) > 0.5) == label[120:]))
