import numpy as np

features = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
labels = np.array([0.0, 1.0, 1.0, 1.0])
w = np.zeros(3)
n = 0.5
for epoch in range(100):
    for i in range(len(features)):
        z = np.dot(features[i], w)
        out = 1 / (1 + np.exp(-z))
        w = w - n * (out - labels[i]) * features[i]
