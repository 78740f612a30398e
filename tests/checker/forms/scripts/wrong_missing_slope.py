import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Brain:
    def __init__(self):
        self.weights_ih = np.random.uniform(-1, 1, (4, 2))
        self.weights_ho = np.random.uniform(-1, 1, (1, 4))
        self.bias_h = np.random.uniform(-1, 1, (4, 1))
        self.bias_o = np.random.uniform(-1, 1, (1, 1))
        self.learning_rate = 0.1

    def train(self, input_list, target_list):
        inputs = np.array(input_list, ndmin=2).T
        targets = np.array(target_list, ndmin=2).T
        hidden = sigmoid(np.dot(self.weights_ih, inputs) + self.bias_h)
        outputs = sigmoid(np.dot(self.weights_ho, hidden) + self.bias_o)
        errors = targets - outputs
        self.weights_ho += self.learning_rate * np.dot(errors, hidden.T)
        hidden_errors = np.dot(self.weights_ho.T, errors) * hidden * (1 - hidden)
        self.weights_ih += self.learning_rate * np.dot(hidden_errors, inputs.T)
        self.bias_h += self.learning_rate * hidden_errors


training_data = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
brain = Brain()
for i in range(10000):
    for inputs, targets in training_data:
        brain.train(inputs, targets)
