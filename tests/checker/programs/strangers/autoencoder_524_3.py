"""4-2-4 style autoencoder, one big function, bias as an extra row of the weights."""
import numpy as np

def squash(s):
    return 1.0 / (1.0 + np.exp(-s))

def add_ones(A):
    return np.hstack([A, np.ones((A.shape[0], 1))])

def train_autoencoder(data, code, steps, eta, seed=3):
    rng = np.random.RandomState(seed)
    d = data.shape[1]
    enc = rng.uniform(-1, 1, (d + 1, code))
    dec = rng.uniform(-1, 1, (code + 1, d))
    for k in range(steps):
        x1 = add_ones(data)
        c = squash(x1 @ enc)
        c1 = add_ones(c)
        r = squash(c1 @ dec)

        err = r - data
        loss = 0.5 * np.mean(np.sum(err ** 2, axis=1))

        delta_r = err * r * (1 - r)
        delta_c = (delta_r @ dec.T)[:, :-1] * c * (1 - c)

        dec = dec - eta * c1.T @ delta_r
        enc = enc - eta * x1.T @ delta_c
        if k % 250 == 0:
            print("step", k, "reconstruction loss", round(loss, 4))
    return enc, dec

patterns = np.eye(5)
enc, dec = train_autoencoder(patterns, 3, 1000, 0.5)
codes = squash(add_ones(patterns) @ enc)
print(np.round(codes, 2))
print(np.round(squash(add_ones(codes) @ dec), 2))
