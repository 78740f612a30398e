import numpy as np
import matplotlib.pyplot as plt

rng = np.random.default_rng(12)
N = 80
x = np.linspace(-np.pi, np.pi, N).reshape(-1, 1)
y = np.sin(x) + 0.05 * rng.standard_normal((N, 1))

H = 16
W_hidden = rng.standard_normal((1, H))
b_hidden = rng.standard_normal(H) * 0.5
W_out = rng.standard_normal((H, 1)) / np.sqrt(H)
b_out = np.zeros(1)

learning_rate = 0.05
n_epochs = 800
history = []

for epoch in range(n_epochs):
    # forward pass
    pre = x @ W_hidden + b_hidden
    h = np.tanh(pre)
    y_hat = h @ W_out + b_out

    # mean squared error
    loss = np.mean((y_hat - y) ** 2)
    history.append(loss)

    # backward pass
    grad_y_hat = 2 * (y_hat - y) / N
    grad_W_out = h.T @ grad_y_hat
    grad_b_out = grad_y_hat.sum(axis=0)
    grad_h = grad_y_hat @ W_out.T
    grad_pre = grad_h * (1 - h ** 2)
    grad_W_hidden = x.T @ grad_pre
    grad_b_hidden = grad_pre.sum(axis=0)

    # gradient descent
    W_out -= learning_rate * grad_W_out
    b_out -= learning_rate * grad_b_out
    W_hidden -= learning_rate * grad_W_hidden
    b_hidden -= learning_rate * grad_b_hidden

    if epoch % 200 == 0:
        print(f"epoch {epoch:4d}  mse {loss:.5f}")

print("final loss", history[-1])
if False:
    plt.plot(x, y, '.')
    plt.plot(x, y_hat)
    plt.show()
