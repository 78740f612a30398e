# %% imports
import numpy as np
import matplotlib.pyplot as plt

# %% data: little 5x3 pictures of the digits, with noise
pics = ["111101101101111", "010110010010111", "111001111100111", "111001011001111", "101101111001001",
        "111100111001111", "111100111101111", "111001010010010", "111101111101111", "111101111001111"]
clean = np.array([[float(c) for c in p] for p in pics])
rng = np.random.default_rng(42)
labels = rng.integers(0, 10, size=300)
images = clean[labels] + rng.normal(0, 0.3, size=(300, 15))
onehot = np.eye(10)[labels]
plt.imshow(images[0].reshape(5, 3)); plt.title(str(labels[0])); plt.show()

# %% network
def relu(x):
    return np.maximum(x, 0)

def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum(axis=0)

W1 = rng.normal(0, 0.3, size=(15, 20)); b1 = np.zeros(20)
W2 = rng.normal(0, 0.3, size=(20, 10)); b2 = np.zeros(10)

# %% train
losses = []
for epoch in range(300):
    hidden = relu(images @ W1 + b1)
    probs = softmax(hidden @ W2 + b2)
    loss = -np.mean(np.log(probs[np.arange(300), labels]))
    losses.append(loss)
    dscores = (probs - onehot) / 300
    dW2 = hidden.T @ dscores
    db2 = dscores.sum(axis=0)
    dhidden = dscores @ W2.T
    dhidden = dhidden * (hidden > 0)
    dW1 = images.T @ dhidden
    db1 = dhidden.sum(axis=0)
    W1 -= 0.5 * dW1; b1 -= 0.5 * db1
    W2 -= 0.5 * dW2; b2 -= 0.5 * db2

# %% result
plt.plot(losses); plt.show()
print("accuracy", np.mean(probs.argmax(axis=1) == labels), "loss", losses[-1])
