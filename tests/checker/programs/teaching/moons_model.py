import numpy as np

# two interleaving half moons
np.random.seed(0)
n = 100
t = np.linspace(0, np.pi, n)
X = np.r_[np.c_[np.cos(t), np.sin(t)], np.c_[1 - np.cos(t), 0.5 - np.sin(t)]] + 0.15 * np.random.randn(2 * n, 2)
y = np.r_[np.zeros(n, dtype=int), np.ones(n, dtype=int)]

num_examples = len(X)
nn_input_dim = 2
nn_output_dim = 2
epsilon = 0.005   # learning rate
reg_lambda = 0.01

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def calculate_loss(model):
    W1, b1, W2, b2 = model['W1'], model['b1'], model['W2'], model['b2']
    probs = softmax(np.tanh(X.dot(W1) + b1).dot(W2) + b2)
    data_loss = np.sum(-np.log(probs[range(num_examples), y] + 1e-12))
    data_loss += reg_lambda / 2 * (np.sum(np.square(W1)) + np.sum(np.square(W2)))
    return data_loss

def predict(model, x):
    a1 = np.tanh(x.dot(model['W1']) + model['b1'])
    return np.argmax(a1.dot(model['W2']) + model['b2'], axis=1)

def build_model(nn_hdim, num_passes=800, print_loss=False):
    np.random.seed(0)
    W1 = np.random.randn(nn_input_dim, nn_hdim) / np.sqrt(nn_input_dim)
    b1 = np.zeros((1, nn_hdim))
    W2 = np.random.randn(nn_hdim, nn_output_dim) / np.sqrt(nn_hdim)
    b2 = np.zeros((1, nn_output_dim))
    model = {'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2}
    for i in range(num_passes):
        a1 = np.tanh(X.dot(W1) + b1)
        probs = softmax(a1.dot(W2) + b2)
        delta3 = probs
        delta3[range(num_examples), y] -= 1
        dW2 = (a1.T).dot(delta3)
        db2 = np.sum(delta3, axis=0, keepdims=True)
        delta2 = delta3.dot(W2.T) * (1 - np.power(a1, 2))
        dW1 = np.dot(X.T, delta2)
        db1 = np.sum(delta2, axis=0)
        dW2 += reg_lambda * W2
        dW1 += reg_lambda * W1
        W1 = W1 - epsilon * dW1
        b1 = b1 - epsilon * db1
        W2 = W2 - epsilon * dW2
        b2 = b2 - epsilon * db2
        model = {'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2}
        if print_loss and i % 200 == 0:
            print("Loss after iteration %i: %f" % (i, calculate_loss(model)))
    return model

if __name__ == '__main__':
    model = build_model(5, print_loss=True)
    print(np.mean(predict(model, X) == y))
