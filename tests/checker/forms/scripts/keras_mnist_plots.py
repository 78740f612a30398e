import matplotlib.pyplot as plt
import numpy as np
from keras.datasets import mnist
from keras.utils import to_categorical
from tqdm import tqdm

(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
y_train = to_categorical(y_train)
params = {
    "W1": np.random.randn(784, 16) * 0.05,
    "b1": np.zeros((1, 16)),
    "W2": np.random.randn(16, 10) * 0.05,
    "b2": np.zeros((1, 10)),
}
eta = 0.1
history = []
for epoch in tqdm(range(10)):
    z1 = x_train @ params["W1"] + params["b1"]
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ params["W2"] + params["b2"]
    z2 -= z2.max(axis=1, keepdims=True)
    a2 = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(a2[np.arange(len(a2)), y_train.argmax(axis=1)]))
    history.append(loss)
    delta2 = (a2 - y_train) / len(x_train)
    delta1 = delta2 @ params["W2"].T * a1 * (1 - a1)
    params["W2"] -= eta * a1.T @ delta2
    params["b2"] -= eta * delta2.sum(axis=0, keepdims=True)
    params["W1"] -= eta * x_train.T @ delta1
    params["b1"] -= eta * delta1.sum(axis=0, keepdims=True)
plt.plot(history)
plt.savefig("loss.png")
plt.show()
