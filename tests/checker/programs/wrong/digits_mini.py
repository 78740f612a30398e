import numpy as np

rng = np.random.RandomState(100)
shapes = rng.rand(3, 8) > 0.5
table = []
for k in range(210):
    label = rng.randint(1, 4)
    table.append(list(np.clip(shapes[label - 1] + 0.25 * rng.randn(8), 0, 1)) + [label])
table = np.array(table)
inputs = table[:, :8]
labels = table[:, 8].astype(int)
onehot = np.zeros((len(labels), 3))
onehot[np.arange(len(labels)), labels % 3] = 1
train_rows, test_rows = slice(0, 150), slice(150, 210)

W1, b1 = rng.randn(inputs.shape[1], 12) * 0.4, np.zeros(12)
W2, b2 = rng.randn(12, 3) * 0.4, np.zeros(3)

def outputs(x):
    hidden = np.tanh(x @ W1 + b1)
    s = hidden @ W2 + b2
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)

def accuracy(rows):
    return np.mean(outputs(inputs[rows])[1].argmax(axis=1) + 1 == labels[rows])

for epoch in range(30):
    total = 0.0
    order = rng.permutation(150)
    for s in range(0, 150, 25):
        i = order[s:s + 25]
        hidden, p = outputs(inputs[i])
        loss = -np.sum(onehot[i] * np.log(p + 1e-12))
        total += loss
        d = (p - onehot[i]) / len(i)
        dh = d @ W2.T * (1 - hidden ** 2)
        W2 -= 0.3 * hidden.T @ d; b2 -= 0.3 * d.sum(axis=0)
        W1 -= 0.3 * inputs[i].T @ dh; b1 -= 0.3 * dh.sum(axis=0)
    if epoch % 10 == 9:
        print("epoch", epoch + 1, "loss", total / 150, "test accuracy", accuracy(test_rows))
