import numpy as np

rng = np.random.RandomState(3)
labels = rng.randint(0, 2, (100, 1))
X = rng.randn(100, 4) + 1.2 * labels
W1, b1 = rng.randn(4, 6) * 0.5, np.zeros((1, 6))
W2, b2 = rng.randn(6, 1) * 0.5, np.zeros((1, 1))

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

for i in range(300):
    A1 = sigmoid(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    dZ2 = (A2 - labels) / len(X)
    dZ1 = dZ2 @ W2.T * A1 * (1 - A1)
    W2 = W2 - 1.0 * A1.T @ dZ2
    b2 = b2 - 1.0 * dZ2.sum(axis=0, keepdims=True)
    W1 = W1 - 1.0 * X.T @ dZ1
    b1 = b1 - 1.0 * dZ1.sum(axis=0, keepdims=True)
    if i % 100 == 99:
        guess = (A2[:, 0] > 0.5).astype(int)
        print("iteration", i + 1, "accuracy", np.mean(guess == labels))
