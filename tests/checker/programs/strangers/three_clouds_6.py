import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

# ---- data: three gaussian clouds instead of the iris csv
np.random.seed(99)
centers = np.array([[0, 0, 1, 0], [2, 0, 0, 1], [0, 2, -1, 1]], dtype=float)
target = np.repeat([0, 1, 2], 30)
features = centers[target] + 0.6 * np.random.randn(90, 4)
perm = np.random.permutation(90)
features, target = features[perm], target[perm]
X_train, X_test = features[:72], features[72:]
y_train, y_test = target[:72], target[72:]
mean, std = X_train.mean(axis=0), X_train.std(axis=0)
X_train = (X_train - mean) / std
X_test = (X_test - mean) / std
Y_train = np.eye(3)[y_train]

# ---- hyper parameters
n_hidden = 10
learning_rate = 0.1
epochs = 30
batch_size = 12

# ---- parameters
Wh = np.random.randn(4, n_hidden) * 0.3
bh = np.zeros((1, n_hidden))
Wo = np.random.randn(n_hidden, 3) * 0.3
bo = np.zeros((1, 3))

def relu(x):
    return np.maximum(x, 0)

def soft_max(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)

losses = []
for epoch in range(epochs):
    idx = np.random.permutation(len(X_train))
    epoch_loss = 0.0
    for start in range(0, len(X_train), batch_size):
        rows = idx[start:start + batch_size]
        xb, yb = X_train[rows], Y_train[rows]
        n = len(xb)

        zh = xb.dot(Wh) + bh
        ah = relu(zh)
        out = soft_max(ah.dot(Wo) + bo)
        epoch_loss += -np.sum(yb * np.log(out + 1e-12))

        d_out = (out - yb) / n
        dWo = ah.T.dot(d_out)
        dbo = d_out.sum(axis=0, keepdims=True)
        d_h = d_out.dot(Wo.T)
        d_h[zh <= 0] = 0
        dWh = xb.T.dot(d_h)
        dbh = d_h.sum(axis=0, keepdims=True)

        Wo -= learning_rate * dWo
        bo -= learning_rate * dbo
        Wh -= learning_rate * dWh
        bh -= learning_rate * dbh
    losses.append(epoch_loss / len(X_train))
    if (epoch + 1) % 10 == 0:
        print("epoch", epoch + 1, "loss", losses[-1])

pred = soft_max(relu(X_test.dot(Wh) + bh).dot(Wo) + bo).argmax(axis=1)
print("test accuracy", np.mean(pred == y_test))
plt.plot(losses)
plt.close()
