"""A neural network, whole, on one page.

The rest of this repository is this page made general, checked, explained or fast. Its numbers
and the library's are the same to the last bit: tests/test_one_page.py holds them together.
"""

import numpy as np

# The data: XOR. Rows are samples; the answer is class 1 where exactly one input is 1.
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)  # (4, 2)
y = np.array([0, 1, 1, 0])  # (4,)
n = len(y)

# The network: 2 inputs, 8 hidden units, 2 scores. It starts at random and knows nothing.
rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(2, 8)), np.zeros(8)
W2, b2 = rng.normal(size=(8, 2)), np.zeros(2)
learning_rate = 0.5

for step in range(1, 501):
    # Forward: from the inputs to the scores, layer after layer.
    z1 = x @ W1 + b1  # (4, 8)
    a1 = np.tanh(z1)  # (4, 8)
    z2 = a1 @ W2 + b2  # (4, 2)

    # Loss: turn scores into probabilities; what counts is the one given to the right class.
    shifted = z2 - z2.max(axis=1, keepdims=True)  # the same probabilities, and no overflow
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (4, 2)
    loss = -log_p[np.arange(n), y].mean()

    # Backward: the chain rule, from the loss to the inputs. Each line needs only what stands above.
    # dQ is the gradient of the loss with respect to Q, and has Q's shape.
    dz2 = (np.exp(log_p) - np.eye(2)[y]) / n  # (4, 2) given probability minus right one
    dW2, db2 = a1.T @ dz2, dz2.sum(axis=0)
    da1 = dz2 @ W2.T  # (4, 8)
    dz1 = da1 * (1 - a1 * a1)  # (4, 8) because tanh′(z) = 1 − tanh(z)²
    dW1, db1 = x.T @ dz1, dz1.sum(axis=0)

    # Update: every number takes a small step downhill.
    W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
    W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2

    if step in (1, 10, 100, 500):
        right = (z2.argmax(axis=1) == y).sum()
        print(f"step {step:3d}   loss {loss:.4f}   {right} of {n} right")
