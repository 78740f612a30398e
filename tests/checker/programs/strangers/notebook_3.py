# %% [markdown]
# # My first neural net
# %%
import numpy as np
import matplotlib.pyplot as plt

# %%
np.random.seed(42)
x = np.linspace(-3, 3, 60).reshape(1, -1)
t = np.sin(x)
plt.scatter(x, t)
plt.show()

# %%
H = 10
W1 = np.random.randn(H, 1)
b1 = np.random.randn(H, 1)
W2 = np.random.randn(1, H) * 0.3
b2 = np.zeros((1, 1))

# %%
def sigma(z):
    return 1 / (1 + np.exp(-z))

# %%
J_hist = []
alpha = 0.1
m = x.shape[1]
for i in range(1500):
    Z1 = W1 @ x + b1
    A1 = sigma(Z1)
    Z2 = W2 @ A1 + b2
    J = np.sum((Z2 - t) ** 2) / (2 * m)
    dZ2 = (Z2 - t) / m
    dW2 = dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * A1 * (1 - A1)
    dW1 = dZ1 @ x.T
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    W1 = W1 - alpha * dW1
    b1 = b1 - alpha * db1
    W2 = W2 - alpha * dW2
    b2 = b2 - alpha * db2
    J_hist.append(J)

# %%
plt.plot(J_hist)
plt.xlabel("iteration")
plt.show()
print(J_hist[-1])
