import numpy as np

np.random.seed(7)
inputs = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
targets = np.array([[0.], [1.], [1.], [0.]])

def sigm(x):
    return 1 / (1 + np.exp(-x))

def slope(s):
    return s * (1 - s)

w_hidden = np.random.uniform(-2, 2, (2, 4))
b_hidden = np.random.uniform(-1, 1, (1, 4))
w_out = np.random.uniform(-2, 2, (4, 1))
b_out = np.random.uniform(-1, 1, (1, 1))
rate = 0.4

for epoch in range(4000):
    hidden_in = inputs @ w_hidden + b_hidden
    h = sigm(hidden_in)
    final_in = h @ w_out + b_out
    o = sigm(final_in)

    error = o - targets
    if epoch % 1000 == 0:
        print(epoch, 0.5 * np.sum(error ** 2))
    s_final, s_hidden = slope(o), slope(h)
    d_final = error * s_final
    d_hidden = (d_final @ w_out.T) * s_hidden
    w_out = w_out + rate * h.T @ d_final
    b_out = b_out + rate * d_final.sum(axis=0, keepdims=True)
    w_hidden = w_hidden + rate * inputs.T @ d_hidden
    b_hidden = b_hidden + rate * d_hidden.sum(axis=0, keepdims=True)
