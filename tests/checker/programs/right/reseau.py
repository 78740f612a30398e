"""Petit réseau de neurones écrit à la main (une colonne = un exemple)."""
import numpy as np


def creer(tailles, graine=0):
    gen = np.random.default_rng(graine)
    couches = []
    for entree, sortie in zip(tailles, tailles[1:]):
        couches.append({"W": gen.normal(size=(sortie, entree)) / np.sqrt(entree), "b": np.zeros((sortie, 1))})
    return couches


def propager(couches, X):
    activations = [X]
    for i, c in enumerate(couches):
        z = c["W"] @ activations[-1] + c["b"]
        derniere = i == len(couches) - 1
        activations.append(1 / (1 + np.exp(-z)) if derniere else np.tanh(z))
    return activations


def cout(couches, X, Y):
    return 0.5 * np.sum((propager(couches, X)[-1] - Y) ** 2) / X.shape[1]


def retropropagation(couches, X, Y):
    m = X.shape[1]
    acts = propager(couches, X)
    sortie = acts[-1]
    delta = (sortie - Y) * sortie * (1 - sortie)
    gradients = [None] * len(couches)
    for i in reversed(range(len(couches))):
        gradients[i] = {"dW": delta @ acts[i].T / m, "db": delta.mean(axis=1, keepdims=True)}
        if i:
            delta = couches[i]["W"].T @ delta * (1 - acts[i] ** 2)
    return gradients


def entrainer(X, Y, iterations, pas=2.0):
    reseau = creer([X.shape[0], 6, 5, Y.shape[0]])
    for it in range(iterations):
        for c, g in zip(reseau, retropropagation(reseau, X, Y)):
            c["W"] -= pas * g["dW"]
            c["b"] -= pas * g["db"]
        if it % 200 == 0:
            print("itération", it, "coût", cout(reseau, X, Y))
    return reseau


gen = np.random.default_rng(8)
X = gen.uniform(-1, 1, (2, 90))
Y = np.vstack([X[0] * X[1] > 0, X[0] > 0]).astype(float)
reseau = entrainer(X, Y, 800)
