import numpy as np

def gradients(X, y, W1, b1, W2, b2):
    z1 = X.dot(W1) + b1
    a1 = np.tanh(z1)
    z2 = a1.dot(W2) + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    m = X.shape[0]
    loss = -np.log(probs[range(m), y]).mean()
    d2 = probs.copy()
    d2[range(m), y] -= 1
    d2 /= m
    dW2 = a1.T.dot(d2)
    db2 = d2.sum(0)
    d1 = d2.dot(W2.T) * (1 - a1 ** 2)
    dW1 = X.T.dot(d1)
    db1 = d1.sum(0)
    return loss, dW1, db1, dW2, db2
