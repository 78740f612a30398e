import numpy as np

np.random.seed(7)
inputs = np.random.randn(50, 3)
targets = (inputs.sum(axis=1, keepdims=True) > 0) * 1.0
w_ih = np.random.randn(3, 4)
w_ho = np.random.randn(4, 1)
b_h = np.zeros(4)
b_o = np.zeros(1)
lr = 0.2

def sig(x): return 1 / (1 + np.exp(-x))

for epoch in range(400):
    z_h = inputs @ w_ih + b_h
    a_h = sig(z_h)
    z_o = a_h @ w_ho + b_o
    a_o = sig(z_o)
    error = ((a_o - targets) ** 2).mean()
    # chain rule, one factor at a time
    dE_dao = 2 * (a_o - targets) / targets.size
    dao_dzo = a_o * (1 - a_o)
    dE_dzo = dE_dao * dao_dzo
    dE_dwho = a_h.T @ dE_dzo
    dE_dbo = dE_dzo.sum(0)
    dE_dah = dE_dao @ w_ho.T
    dE_dzh = dE_dah * sig(z_h) * (1 - sig(z_h))
    dE_dwih = inputs.T @ dE_dzh
    dE_dbh = dE_dzh.sum(0)
    w_ho -= lr * dE_dwho
    w_ih -= lr * dE_dwih
    b_o -= lr * dE_dbo
    b_h -= lr * dE_dbh
print("error", error)
