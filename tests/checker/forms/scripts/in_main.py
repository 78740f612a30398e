import numpy as np


def relu(x):
    return np.where(x > 0, x, 0)


def main():
    x = np.random.randn(64, 10)
    y = np.random.randn(64, 2)
    w1 = np.random.randn(10, 12)
    w2 = np.random.randn(12, 2)
    learning_rate = 1e-4
    for t in range(500):
        h = x.dot(w1)
        h_relu = relu(h)
        y_pred = h_relu.dot(w2)
        loss = np.square(y_pred - y).sum()
        print(t, loss)
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.T.dot(grad_y_pred)
        grad_h_relu = grad_y_pred.dot(w2.T)
        grad_h = grad_h_relu.copy()
        grad_h[h < 0] = 0
        grad_w1 = x.T.dot(grad_h)
        w1 -= learning_rate * grad_w1
        w2 -= learning_rate * grad_w2
    return w1, w2


if __name__ == "__main__":
    main()
