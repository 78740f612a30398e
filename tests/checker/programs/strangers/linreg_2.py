import numpy as np

# y = 3x - 2 + noise
np.random.seed(0)
X = np.random.rand(100, 1)
y = 3 * X - 2 + 0.1 * np.random.randn(100, 1)

w, b = np.random.randn(1, 1), np.random.randn(1)
learning_rate = 0.5
for step in range(200):
    y_hat = X.dot(w) + b
    loss = ((y_hat - y) ** 2).mean()
    grad = 2 * (y - y_hat) / len(X)
    w -= learning_rate * X.T.dot(grad)
    b -= learning_rate * grad.sum(axis=0)
    if step % 50 == 0:
        print(step, loss, w, b)
