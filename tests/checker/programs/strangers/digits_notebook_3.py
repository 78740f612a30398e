"""Digit recognizer from scratch - no TensorFlow, no PyTorch, just NumPy.
(the csv is replaced by fake digits so that the notebook runs anywhere)"""
import numpy as np
from matplotlib import pyplot as plt

rng = np.random.RandomState(3)
n_pix, n_hid, n_cls = 36, 12, 5
prototypes = rng.rand(n_cls, n_pix) > 0.5
labels = rng.randint(0, n_cls, 160)
data = np.clip(prototypes[labels] * 200 + rng.randn(160, n_pix) * 40, 0, 255)

X_train = data[:120].T / 255.
Y_train = labels[:120]
X_dev = data[120:].T / 255.
Y_dev = labels[120:]
_, m_train = X_train.shape

def init_params():
    W1 = np.random.rand(n_hid, n_pix) - 0.5
    b1 = np.random.rand(n_hid, 1) - 0.5
    W2 = np.random.rand(n_cls, n_hid) - 0.5
    b2 = np.random.rand(n_cls, 1) - 0.5
    return W1, b1, W2, b2

def ReLU(Z):
    return np.maximum(Z, 0)

def softmax(Z):
    Z = Z - Z.max(axis=0, keepdims=True)
    A = np.exp(Z) / np.sum(np.exp(Z), axis=0, keepdims=True)
    return A

def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = ReLU(Z1)
    Z2 = W2.dot(A1) + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2

def ReLU_deriv(Z):
    return Z > 0

def one_hot(Y):
    one_hot_Y = np.zeros((Y.size, n_cls))
    one_hot_Y[np.arange(Y.size), Y] = 1
    one_hot_Y = one_hot_Y.T
    return one_hot_Y

def cross_entropy(A2, Y):
    return -np.mean(np.log(A2[Y, np.arange(Y.size)] + 1e-12))

def backward_prop(Z1, A1, Z2, A2, W1, W2, X, Y):
    m = Y.size
    one_hot_Y = one_hot(Y)
    dZ2 = A2 - one_hot_Y
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = W2.T.dot(dZ2)
    dZ1 = dA1 * ReLU_deriv(dA1)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2

def update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha):
    W1 = W1 - alpha * dW1
    b1 = b1 - alpha * db1
    W2 = W2 - alpha * dW2
    b2 = b2 - alpha * db2
    return W1, b1, W2, b2

def get_predictions(A2):
    return np.argmax(A2, 0)

def get_accuracy(predictions, Y):
    return np.sum(predictions == Y) / Y.size

def gradient_descent(X, Y, alpha, iterations):
    np.random.seed(1)
    W1, b1, W2, b2 = init_params()
    for i in range(iterations):
        Z1, A1, Z2, A2 = forward_prop(W1, b1, W2, b2, X)
        dW1, db1, dW2, db2 = backward_prop(Z1, A1, Z2, A2, W1, W2, X, Y)
        W1, b1, W2, b2 = update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha)
        if i % 50 == 0:
            print("Iteration: ", i, "loss", cross_entropy(A2, Y))
            print("accuracy", get_accuracy(get_predictions(A2), Y))
    return W1, b1, W2, b2

W1, b1, W2, b2 = gradient_descent(X_train, Y_train, 0.10, 200)
preds = get_predictions(forward_prop(W1, b1, W2, b2, X_dev)[-1])
print("dev accuracy:", get_accuracy(preds, Y_dev))
