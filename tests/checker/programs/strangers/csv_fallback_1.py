import csv
import os
import random
import numpy as np


def load(path="iris.csv"):
    if os.path.exists(path):
        rows = list(csv.reader(open(path)))
        X = np.array([[float(v) for v in r[:4]] for r in rows])
        y = np.array([int(r[4]) for r in rows])
    else:
        random.seed(0)
        y = np.array([i % 3 for i in range(90)])
        X = np.array([[random.gauss(c, 0.4), random.gauss(-c, 0.4), random.gauss(c == 1, 0.4), random.gauss(0, 1)] for c in y])
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    return X, y


X, labels = load()
n_samples, n_features = X.shape
n_classes = 3
Y = np.zeros((n_samples, n_classes))
Y[np.arange(n_samples), labels] = 1

np.random.seed(0)
weights_input_hidden = np.random.randn(n_features, 8) * 0.1
weights_hidden_output = np.random.randn(8, n_classes) * 0.1
bias_hidden = np.zeros((1, 8))
bias_output = np.zeros((1, n_classes))
learning_rate = 0.5
losses = []

for epoch in range(300):
    hidden_input = np.dot(X, weights_input_hidden) + bias_hidden
    hidden_output = np.tanh(hidden_input)
    final_input = np.dot(hidden_output, weights_hidden_output) + bias_output
    exps = np.exp(final_input - np.max(final_input, axis=1, keepdims=True))
    predictions = exps / np.sum(exps, axis=1, keepdims=True)
    loss = -np.mean(np.sum(Y * np.log(predictions + 1e-9), axis=1))
    losses.append(loss)

    d_final = predictions - Y
    d_hidden = np.dot(d_final, weights_hidden_output.T) * (1 - hidden_output ** 2)

    weights_hidden_output -= learning_rate * np.dot(hidden_output.T, d_final)
    bias_output -= learning_rate * np.sum(d_final, axis=0, keepdims=True)
    weights_input_hidden -= learning_rate * np.dot(X.T, d_hidden)
    bias_hidden -= learning_rate * np.sum(d_hidden, axis=0, keepdims=True)

print("final loss", losses[-1])
print("accuracy", np.mean(np.argmax(predictions, axis=1) == labels))
