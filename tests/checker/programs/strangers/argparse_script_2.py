import argparse
import numpy as np


def parse():
    p = argparse.ArgumentParser(description="two moons with an MLP")
    p.add_argument("--epochs", type=int, default=200)
    p.add_argument("--lr", type=float, default=0.3)
    p.add_argument("--hidden", type=int, default=16)
    p.add_argument("--batch", type=int, default=20)
    p.add_argument("--seed", type=int, default=0)
    return p.parse_args()


def make_data(rng, n=200):
    t = rng.uniform(0, np.pi, n)
    which = rng.integers(0, 2, n)
    x = np.where(which == 0, np.cos(t), 1 - np.cos(t))
    y = np.where(which == 0, np.sin(t), 0.5 - np.sin(t))
    return np.stack([x, y], 1) + 0.1 * rng.normal(size=(n, 2)), which[:, None].astype(float)


def main():
    args = parse()
    rng = np.random.default_rng(args.seed)
    X, y = make_data(rng)
    W1 = rng.normal(0, 1 / np.sqrt(2), (2, args.hidden))
    b1 = np.zeros(args.hidden)
    W2 = rng.normal(0, 1 / np.sqrt(args.hidden), (args.hidden, 1))
    b2 = np.zeros(1)
    for epoch in range(args.epochs):
        order = rng.permutation(len(X))
        total = 0.0
        for start in range(0, len(X), args.batch):
            rows = order[start:start + args.batch]
            xb, yb = X[rows], y[rows]
            h = np.tanh(xb @ W1 + b1)
            p = 1 / (1 + np.exp(-(h @ W2 + b2)))
            total += -np.sum(yb * np.log(p) + (1 - yb) * np.log(1 - p))
            dz2 = (p - yb) / len(xb)
            dz1 = dz2 @ W2.T * (1 - h * h)
            W2 -= args.lr * (h.T @ dz2)
            b2 -= args.lr * dz2.sum(0)
            W1 -= args.lr * (xb.T @ dz1)
            b1 -= args.lr * dz1.sum(0)
        if epoch % 50 == 0:
            print(f"epoch {epoch:4d}  loss {total / len(X):.4f}")


if __name__ == "__main__":
    main()
