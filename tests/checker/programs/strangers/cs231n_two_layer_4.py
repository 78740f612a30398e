import numpy as np


class TwoLayerNet(object):
  """
  A two-layer fully-connected network: input - fc - ReLU - fc - softmax,
  trained with softmax loss and L2 regularization on the weight matrices.
  """

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

    # forward pass
    hidden = np.maximum(0, X.dot(W1) + b1)
    scores = hidden.dot(W2) + b2
    if y is None:
      return scores

    # loss
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    probs = np.exp(shifted)
    probs /= np.sum(probs, axis=1, keepdims=True)
    loss = -np.sum(np.log(probs[np.arange(N), y])) / N
    loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

    # backward pass
    grads = {}
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores /= N
    grads['W2'] = hidden.T.dot(dscores) + 2 * reg * W2
    grads['b2'] = np.sum(dscores, axis=0)
    dhidden = dscores.dot(W2.T)
    dhidden[hidden <= 0] = 0
    grads['W1'] = X.T.dot(dhidden) + 2 * reg * W1
    grads['b1'] = np.sum(dhidden, axis=0)
    return loss, grads

  def train(self, X, y, learning_rate=1e-1, reg=5e-3, num_iters=100, batch_size=20):
    num_train = X.shape[0]
    loss_history = []
    for it in range(num_iters):
      idx = np.random.choice(num_train, batch_size, replace=False)
      X_batch, y_batch = X[idx], y[idx]
      loss, grads = self.loss(X_batch, y=y_batch, reg=reg)
      loss_history.append(loss)
      for p in self.params:
        self.params[p] -= learning_rate * grads[p]
      if it % 50 == 0:
        print('iteration %d / %d: loss %f' % (it, num_iters, loss))
    return loss_history

  def predict(self, X):
    return np.argmax(self.loss(X), axis=1)


np.random.seed(0)
X = 3 * np.random.randn(60, 4)
y = np.argmax(X[:, :3] + 0.3 * np.random.randn(60, 3), axis=1)
net = TwoLayerNet(4, 10, 3)
stats = net.train(X, y, num_iters=200)
print('Final training loss: ', stats[-1])
print('accuracy', (net.predict(X) == y).mean())
