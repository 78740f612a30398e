import numpy as np

np.random.seed(7)
inputs = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
targets = np.array([[0.], [1.], [1.], [0.]])

def sigm(x):
    return 1 / (1 + np.exp(-x))

def slope(s):
    return s * (1 - s)

wih = np.random.uniform(-2, 2, (2, 4))
b_hidden = np.random.uniform(-1, 1, (1, 4))
who = np.random.uniform(-2, 2, (4, 1))
b_out = np.random.uniform(-1, 1, (1, 1))
rate = 0.4

for epoch in range(4000):
    hidden_in = inputs @ wih + b_hidden
    hidden_out = sigm(hidden_in)
    final_in = hidden_out @ who + b_out
    final = sigm(final_in)

    error = targets - final
    if epoch % 1000 == 0:
        print(epoch, 0.5 * np.sum(error ** 2))
    s_final, s_hidden = slope(final_in), slope(hidden_in)
    d_final = error * s_final
    d_hidden = (d_final @ who.T) * s_hidden
    who = who + rate * hidden_out.T @ d_final
    b_out = b_out - rate * d_final.sum(axis=0, keepdims=True)
    wih = wih + rate * inputs.T @ d_hidden
    b_hidden = b_hidden - rate * d_hidden.sum(axis=0, keepdims=True)
