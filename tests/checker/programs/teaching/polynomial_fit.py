# fit a third order polynomial with one hidden layer
import numpy as np

rng = np.random.default_rng(3)
x = np.linspace(-1.5, 1.5, 80)[:, None]
y = 0.5 * x**3 - x + 0.2

W1 = rng.normal(0, 1.0, (1, 12))
b1 = rng.normal(0, 0.5, 12)
W2 = rng.normal(0, 0.3, (12, 1))
b2 = np.zeros(1)
lr = 0.05

for t in range(3000):
    h = np.tanh(x @ W1 + b1)
    y_pred = h @ W2 + b2
    loss = np.square(y_pred - y).mean()
    if t % 500 == 499:
        print(t, loss)
    grad_y = 2.0 * (y_pred - y) / len(x)
    gW2, gb2 = h.T @ grad_y, grad_y.sum(0)
    grad_h = grad_y @ W2.T * (1 - h * h)
    gW1, gb1 = x.T @ grad_h, grad_h.sum(0)
    W1 -= lr * gW1; b1 -= lr * gb1
    W2 -= lr * gW2; b2 -= lr * gb2
