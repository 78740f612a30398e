# Toy neural network, after the p5.js one, in python
import numpy as np
import random

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def dsigmoid(y):
    # y has already been passed through sigmoid
    return y * (1 - y)

class NeuralNetwork:
    def __init__(self, in_nodes, hid_nodes, out_nodes):
        self.weights_ih = np.random.uniform(-1, 1, (hid_nodes, in_nodes))
        self.weights_ho = np.random.uniform(-1, 1, (out_nodes, hid_nodes))
        self.bias_h = np.random.uniform(-1, 1, (hid_nodes, 1))
        self.bias_o = np.random.uniform(-1, 1, (out_nodes, 1))
        self.learning_rate = 0.1

    def predict(self, input_array):
        inputs = np.array(input_array, dtype=float).reshape(-1, 1)
        hidden = sigmoid(self.weights_ih @ inputs + self.bias_h)
        return sigmoid(self.weights_ho @ hidden + self.bias_o).flatten().tolist()

    def train(self, input_array, target_array):
        inputs = np.array(input_array, dtype=float).reshape(-1, 1)
        hidden = sigmoid(self.weights_ih @ inputs + self.bias_h)
        outputs = sigmoid(self.weights_ho @ hidden + self.bias_o)
        targets = np.array(target_array, dtype=float).reshape(-1, 1)

        output_errors = targets - outputs
        gradients = dsigmoid(outputs) * output_errors * self.learning_rate
        weight_ho_deltas = gradients @ hidden.T
        self.weights_ho = self.weights_ho + weight_ho_deltas
        self.bias_o = self.bias_o + gradients
        hidden_errors = self.weights_ho.T @ output_errors
        hidden_gradient = dsigmoid(hidden) * hidden_errors * self.learning_rate
        self.weights_ih = self.weights_ih + hidden_gradient @ inputs.T
        self.bias_h = self.bias_h + hidden_gradient

random.seed(2)
np.random.seed(2)
training_data = [([0, 1], [1]), ([1, 0], [1]), ([0, 0], [0]), ([1, 1], [0])]
nn = NeuralNetwork(2, 4, 1)
for i in range(10000):
    inp, tgt = random.choice(training_data)
    nn.train(inp, tgt)
for inp, _ in training_data:
    print(inp, nn.predict(inp))
