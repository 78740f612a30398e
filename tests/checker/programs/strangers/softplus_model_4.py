import numpy as np

class SoftplusRegressor:
    def __init__(self, n_features, n_hidden=9, random_state=None):
        r = np.random.RandomState(random_state)
        self.coefs_ = [r.randn(n_features, n_hidden) / np.sqrt(n_features), r.randn(n_hidden, 1) / np.sqrt(n_hidden)]
        self.intercepts_ = [np.zeros(n_hidden), np.zeros(1)]

    def _forward(self, X):
        z = X.dot(self.coefs_[0]) + self.intercepts_[0]
        h = np.log1p(np.exp(z))                      # softplus
        return z, h, h.dot(self.coefs_[1]) + self.intercepts_[1]

    def fit(self, X, y, n_iter=250, learning_rate_init=0.1):
        n = X.shape[0]
        self.loss_curve_ = []
        for it in range(n_iter):
            z, h, out = self._forward(X)
            residual = out - y
            self.loss_curve_.append(float(np.sum(residual ** 2) / (2 * n)))
            g_out = residual / n
            g_hidden = g_out.dot(self.coefs_[1].T) * (z > 0)
            self.coefs_[1] -= learning_rate_init * h.T.dot(g_out)
            self.intercepts_[1] -= learning_rate_init * g_out.sum(axis=0)
            self.coefs_[0] -= learning_rate_init * X.T.dot(g_hidden)
            self.intercepts_[0] -= learning_rate_init * g_hidden.sum(axis=0)
        return self

    def predict(self, X):
        return self._forward(X)[2]

rs = np.random.RandomState(17)
X = rs.uniform(-1, 1, (60, 3))
y = (np.abs(X[:, 0]) + X[:, 1] * X[:, 2]).reshape(-1, 1)
model = SoftplusRegressor(3, random_state=1).fit(X, y)
print("first loss %.4f last loss %.4f" % (model.loss_curve_[0], model.loss_curve_[-1]))
print("R2", 1 - np.sum((model.predict(X) - y) ** 2) / np.sum((y - y.mean()) ** 2))
