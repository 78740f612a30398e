import numpy as np

class TwoLayerNet(object):
    """N samples of dimension D, H hidden units, C classes: affine - relu - affine - softmax"""

    def __init__(self, input_size, hidden_size, output_size, std=1e-1):
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N, D = X.shape
        h = np.maximum(0, X.dot(W1) + b1)
        scores = h.dot(W2) + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logp[np.arange(N), y].mean()
        loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        grads = {}
        dscores = np.exp(logp)
        dscores[range(N), y] -= 1
        dscores /= N
        grads['W2'] = h.T.dot(dscores) + 2 * reg * W2
        grads['b2'] = dscores.sum(axis=0)
        dh = dscores.dot(W2.T)
        dh[h <= 0] = 0
        grads['W1'] = X.T.dot(dh) + 2 * reg * W1
        grads['b1'] = dh.sum(axis=0)
        return loss, grads

    def train(self, X, y, learning_rate=0.5, reg=1e-4, num_iters=400, batch_size=50, verbose=True):
        history = []
        for it in range(num_iters):
            idx = np.random.choice(len(X), batch_size)
            loss, grads = self.loss(X[idx], y[idx], reg)
            history.append(loss)
            for k in self.params:
                self.params[k] -= learning_rate * grads[k]
            if verbose and it % 100 == 0:
                print('iteration %d: loss %f' % (it, loss))
        return history

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)

np.random.seed(0)
N, D, K = 60, 2, 3
X = np.zeros((N*K, D)); y = np.zeros(N*K, dtype=int)
for j in range(K):
    r = np.linspace(0.05, 1, N)
    t = np.linspace(j*4, (j+1)*4, N) + np.random.randn(N)*0.1
    X[N*j:N*(j+1)] = np.c_[r*np.sin(t), r*np.cos(t)]
    y[N*j:N*(j+1)] = j
net = TwoLayerNet(D, 50, K, std=0.5)
net.train(X, y, num_iters=400)
print('training accuracy', np.mean(net.predict(X) == y))
