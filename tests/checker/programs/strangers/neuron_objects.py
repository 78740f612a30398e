import math
import random


class Neuron:
    def __init__(self, n_inputs):
        self.weights = [random.uniform(-1, 1) for _ in range(n_inputs)]
        self.bias = random.uniform(-1, 1)
        self.output = 0.0
        self.delta = 0.0

    def activate(self, inputs):
        total = self.bias
        for w, x in zip(self.weights, inputs):
            total += w * x
        self.output = 1.0 / (1.0 + math.exp(-total))
        return self.output


class NeuralNetwork:
    def __init__(self, n_inputs, n_hidden, n_outputs):
        self.hidden = [Neuron(n_inputs) for _ in range(n_hidden)]
        self.outputs = [Neuron(n_hidden) for _ in range(n_outputs)]

    def feed_forward(self, inputs):
        hidden = [n.activate(inputs) for n in self.hidden]
        return [n.activate(hidden) for n in self.outputs]

    def train(self, inputs, targets, learning_rate=0.5):
        self.feed_forward(inputs)
        for neuron, target in zip(self.outputs, targets):
            neuron.delta = (neuron.output - target) * neuron.output * (1 - neuron.output)
        for i, neuron in enumerate(self.hidden):
            error = sum(o.weights[i] * o.delta for o in self.outputs)
            neuron.delta = error * neuron.output * (1 - neuron.output)
        hidden_outputs = [n.output for n in self.hidden]
        for neuron in self.outputs:
            for j in range(len(neuron.weights)):
                neuron.weights[j] -= learning_rate * neuron.delta * hidden_outputs[j]
            neuron.bias += learning_rate * neuron.delta
        for neuron in self.hidden:
            for j in range(len(neuron.weights)):
                neuron.weights[j] -= learning_rate * neuron.delta * inputs[j]
            neuron.bias -= learning_rate * neuron.delta


if __name__ == "__main__":
    random.seed(1)
    net = NeuralNetwork(2, 3, 1)
    data = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
    for epoch in range(3000):
        for x, t in data:
            net.train(x, t)
    for x, t in data:
        print(x, net.feed_forward(x), t)
