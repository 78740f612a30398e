# Kleines Netz: zwei Ringe trennen
import numpy as np

rng = np.random.default_rng(12)
n = 120
winkel = rng.uniform(0, 2 * np.pi, n)
radius = np.where(np.arange(n) % 2, 1.0, 0.4) + rng.normal(0, 0.06, n)
daten = np.stack([radius * np.cos(winkel), radius * np.sin(winkel)], axis=1)
ziel = (np.arange(n) % 2).reshape(-1, 1).astype(float)

W1 = rng.normal(0, 1, (2, 8)); b1 = rng.normal(0, 0.1, (1, 8))
W2 = rng.normal(0, 0.5, (8, 1)); b2 = np.zeros((1, 1))
lernrate = 0.8

def verlust(z, y):
    # stabile Form der Kreuzentropie
    return float(np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))))

for epoche in range(1500):
    z1 = daten @ W1 + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ W2 + b2
    ausgabe = 1 / (1 + np.exp(-z2))
    fehler = (ausgabe - ziel) / n
    d1 = (fehler @ W2.T) * (a1 * (1 - a1))
    W2 -= lernrate * a1.T @ fehler
    b2 -= lernrate * fehler.sum(0, keepdims=True)
    W1 -= lernrate * daten.T @ d1
    b1 -= lernrate * d1.sum(0, keepdims=True)
    if epoche % 500 == 499:
        print("Epoche", epoche + 1, "Verlust", round(verlust(z2, ziel), 4))
