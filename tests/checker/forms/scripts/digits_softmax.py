import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
X = digits.data / 16.0
y = digits.target
n, d = X.shape
k = 10
Y = np.zeros((n, k))
Y[np.arange(n), y] = 1
hidden = 20
W1 = 0.1 * np.random.randn(d, hidden)
b1 = np.zeros(hidden)
W2 = 0.1 * np.random.randn(hidden, k)
b2 = np.zeros(k)
learning_rate = 0.5
for epoch in range(200):
    z1 = X.dot(W1) + b1
    a1 = np.maximum(0, z1)
    z2 = a1.dot(W2) + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.sum(Y * np.log(probs + 1e-12), axis=1))
    dz2 = (probs - Y) / n
    dW2 = a1.T.dot(dz2)
    db2 = dz2.sum(axis=0)
    dz1 = dz2.dot(W2.T)
    dz1[z1 <= 0] = 0
    dW1 = X.T.dot(dz1)
    db1 = dz1.sum(axis=0)
    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2
    if epoch % 20 == 0:
        print(epoch, loss, (probs.argmax(1) == y).mean())
