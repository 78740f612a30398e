import numpy as np


def mse(x, y, W1, b1, W2, b2):
    return np.sum((np.tanh(x @ W1 + b1) @ W2 + b2 - y) ** 2) / len(x)


def main():
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (70, 2))
    y = np.c_[x[:, 0] * x[:, 1], x[:, 0] - x[:, 1]]
    W1, b1 = rng.normal(size=(2, 9)), np.zeros(9)
    W2, b2 = rng.normal(size=(9, 2)) * 0.3, np.zeros(2)
    lr = 0.1
    for step in range(900):
        h = np.tanh(x @ W1 + b1)
        g = 2 * (h @ W2 + b2 - y) / len(x)
        s = (g @ W2.T) * (1 - h ** 2)
        W2, b2 = W2 - lr * h.T @ g, b2 - lr * g.sum(axis=0)
        W1, b1 = W1 - lr * x.T @ s, b1 - lr * s.sum(axis=0)
        if step % 300 == 299:
            print(step + 1, mse(x, y, W1, b1, W2, b2))


if __name__ == "__main__":
    main()
