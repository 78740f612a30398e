"""4-2-4 style autoencoder, one big function, bias as an extra row of the weights."""
import numpy as np

def squash(s):
    return 1.0 / (1.0 + np.exp(-s))

def add_ones(A):
    return np.hstack([A, np.ones((A.shape[0], 1))])

def train_autoencoder(data, code, steps, eta, seed=3):
    rng = np.random.RandomState(seed)
    d = data.shape[1]
    W_enc = rng.uniform(-1, 1, (d + 1, code))
    W_dec = rng.uniform(-1, 1, (code + 1, d))
    for k in range(steps):
        x1 = add_ones(data)
        c = squash(x1 @ W_enc)
        c1 = add_ones(c)
        r = squash(c1 @ W_dec)

        err = r - data
        loss = 0.5 * np.mean(np.sum(err ** 2, axis=1))

        delta_r = err * r * (1 - r) / len(data)
        delta_c = (delta_r @ W_dec.T)[:, 1:] * c * (1 - c)

        W_dec = W_dec - eta * c1.T @ delta_r
        W_enc = W_enc - eta * x1.T @ delta_c
        if k % 250 == 0:
            print("step", k, "reconstruction loss", round(loss, 4))
    return W_enc, W_dec

patterns = np.eye(5)
W_enc, W_dec = train_autoencoder(patterns, 3, 1000, 5.0)
codes = squash(add_ones(patterns) @ W_enc)
print(np.round(codes, 2))
print(np.round(squash(add_ones(codes) @ W_dec), 2))
