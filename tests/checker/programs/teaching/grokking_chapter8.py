import numpy as np

np.random.seed(1)

def relu(x):
    return (x >= 0) * x

def relu2deriv(output):
    return output >= 0

n_pix, n_lab = 16, 4
protos = np.random.rand(n_lab, n_pix)
labels_int = np.random.randint(0, n_lab, 200)
images = np.clip(protos[labels_int] + 0.15 * np.random.randn(200, n_pix), 0, 1)
labels = np.zeros((200, n_lab))
labels[np.arange(200), labels_int] = 1

batch_size = 20
alpha, iterations = 0.05, 20
hidden_size = 24
weights_0_1 = 0.2 * np.random.random((n_pix, hidden_size)) - 0.1
weights_1_2 = 0.2 * np.random.random((hidden_size, n_lab)) - 0.1

for j in range(iterations):
    correct_cnt = 0
    for i in range(len(images) // batch_size):
        lo, hi = i * batch_size, (i + 1) * batch_size
        layer_0 = images[lo:hi]
        layer_1 = relu(np.dot(layer_0, weights_0_1))
        dropout_mask = np.random.randint(2, size=layer_1.shape)
        layer_1 *= dropout_mask * 2
        layer_2 = np.dot(layer_1, weights_1_2)
        for k in range(batch_size):
            correct_cnt += int(np.argmax(layer_2[k]) == np.argmax(labels[lo + k]))
            layer_2_delta = (labels[lo:hi] - layer_2) / batch_size
            layer_1_delta = layer_2_delta.dot(weights_1_2.T) * relu2deriv(layer_1)
            layer_1_delta *= dropout_mask
            weights_1_2 += alpha * layer_1.T.dot(layer_2_delta)
            weights_0_1 += alpha * layer_0.T.dot(layer_1_delta)
    if j % 5 == 4:
        out = relu(images.dot(weights_0_1)).dot(weights_1_2)
        print("I:", j, "Train-Acc:", correct_cnt / 200, "clean:", np.mean(out.argmax(1) == labels_int))
