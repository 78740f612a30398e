import numpy as np

"""
w = weights, b = bias, i = input, h = hidden, o = output, l = label
e.g. w_i_h = weights from input layer to hidden layer
"""
rng = np.random.RandomState(10)
digit = rng.randint(0, 6, 300)
images = np.clip(rng.rand(6, 25)[digit] + 0.2 * rng.randn(300, 25), 0, 1)
labels = np.eye(6)[digit]

w_i_h = rng.uniform(-0.5, 0.5, (20, 25))
w_h_o = rng.uniform(-0.5, 0.5, (6, 20))
b_i_h = np.zeros((20, 1))
b_h_o = np.zeros((6, 1))

learn_rate = 0.05
nr_correct = 0
epochs = 8
for epoch in range(epochs):
    for img, l in zip(images, labels):
        img = img.reshape(-1, 1)
        l = l.reshape(-1, 1)
        # Forward propagation input -> hidden
        h_pre = b_i_h + w_i_h @ img
        h = 1 / (1 + np.exp(-h_pre))
        # Forward propagation hidden -> output
        o_pre = b_h_o + w_h_o @ h
        o = 1 / (1 + np.exp(-o_pre))

        # Cost / Error calculation
        e = 1 / 2 * np.sum((o - l) ** 2, axis=0)
        nr_correct += int(np.argmax(o) == np.argmax(l))

        # Backpropagation output -> hidden (cost function derivative)
        delta_o = o - l
        w_h_o += -learn_rate * delta_o @ np.transpose(h)
        b_h_o += -learn_rate * delta_o
        # Backpropagation hidden -> input (activation function derivative)
        delta_h = np.transpose(w_h_o) @ delta_o * (h * (1 - h))
        w_i_h += -learn_rate * delta_h @ np.transpose(img)
        b_i_h += -learn_rate * delta_h

    print(f"Acc: {round((nr_correct / images.shape[0]) * 100, 2)}%")
    nr_correct = 0
