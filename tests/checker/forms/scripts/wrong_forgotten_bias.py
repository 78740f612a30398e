import numpy as np

np.random.seed(7)
x_data = np.random.randn(9, 3)
y_data = np.random.rand(9, 2)
w_hidden = np.random.randn(3, 4)
b_hidden = np.random.randn(4)
w_out = np.random.randn(4, 2)
b_out = np.random.randn(2)
rate = 0.2
for _ in range(1000):
    hidden = np.tanh(x_data.dot(w_hidden) + b_hidden)
    out = hidden.dot(w_out) + b_out
    diff = out - y_data
    w_out_grad = hidden.T.dot(diff)
    back = diff.dot(w_out.T) * (1 - hidden**2)
    w_hidden_grad = x_data.T.dot(back)
    w_out = w_out - rate * w_out_grad
    w_hidden = w_hidden - rate * w_hidden_grad
