import numpy as np
import matplotlib.pyplot as plt

rng = np.random.default_rng(12)
N = 80
x = np.linspace(-np.pi, np.pi, N).reshape(-1, 1)
y = np.sin(x) + 0.05 * rng.standard_normal((N, 1))

H = 16
w1 = rng.standard_normal((1, H))
b1 = rng.standard_normal(H) * 0.5
w2 = rng.standard_normal((H, 1)) / np.sqrt(H)
b2 = np.zeros(1)

learning_rate = 0.05
n_epochs = 800
history = []

for epoch in range(n_epochs):
    # forward pass
    pre = x @ w1 + b1
    h = np.tanh(pre)
    y_hat = h @ w2 + b2

    # mean squared error
    loss = np.mean((y_hat - y) ** 2)
    history.append(loss)

    # backward pass
    grad_y_hat = (y_hat - y) / N
    gw2 = h.T @ grad_y_hat
    gb2 = grad_y_hat.sum(axis=0)
    grad_h = grad_y_hat @ w2.T
    grad_pre = grad_h * (1 - h ** 2)
    gw1 = x.T @ grad_pre
    gb1 = grad_pre.sum(axis=0)

    # gradient descent
    w2 -= learning_rate * gw2
    b2 -= learning_rate * gb2
    w1 -= learning_rate * gw1
    b1 -= learning_rate * gb1

    if epoch % 200 == 0:
        print(f"epoch {epoch:4d}  mse {loss:.5f}")

print("final loss", history[-1])
if False:
    plt.plot(x, y, '.')
    plt.plot(x, y_hat)
    plt.show()
