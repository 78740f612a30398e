import math
import random


class Neuron:
    def __init__(self, bias):
        self.bias = bias
        self.weights = []

    def output_for(self, inputs):
        self.inputs = inputs
        total = sum(w * i for w, i in zip(self.weights, inputs)) + self.bias
        self.output = 1 / (1 + math.exp(-total))
        return self.output

    def error(self, target):
        return 0.5 * (target - self.output) ** 2

    def d_error_d_output(self, target):
        return -(target - self.output)

    def d_output_d_net(self):
        return self.output * (1 - self.output)

    def d_error_d_net(self, target):
        return self.d_error_d_output(target) * self.d_output_d_net()


class Layer:
    def __init__(self, n, bias=None):
        self.bias = bias if bias else random.random()
        self.neurons = [Neuron(self.bias) for _ in range(n)]

    def forward(self, inputs):
        return [n.output_for(inputs) for n in self.neurons]


class NeuralNetwork:
    RATE = 0.5

    def __init__(self, hidden_w, hidden_b, output_w, output_b):
        self.hidden = Layer(len(hidden_w), hidden_b)
        self.output = Layer(len(output_w), output_b)
        for n, w in zip(self.hidden.neurons, hidden_w):
            n.weights = list(w)
        for n, w in zip(self.output.neurons, output_w):
            n.weights = list(w)

    def forward(self, inputs):
        return self.output.forward(self.hidden.forward(inputs))

    def train(self, inputs, targets):
        self.forward(inputs)
        out_d = [n.d_error_d_net(t) for n, t in zip(self.output.neurons, targets)]
        hid_d = []
        for h, neuron in enumerate(self.hidden.neurons):
            s = 0
            for o, outn in enumerate(self.output.neurons):
                s += out_d[o] * outn.weights[h]
            hid_d.append(s * neuron.d_output_d_net())
        for layer, deltas in ((self.output, out_d), (self.hidden, hid_d)):
            for neuron, d in zip(layer.neurons, deltas):
                for k in range(len(neuron.weights)):
                    neuron.weights[k] -= self.RATE * d * neuron.inputs[k]

    def total_error(self, sets):
        total = 0
        for inputs, targets in sets:
            self.forward(inputs)
            total += sum(n.error(t) for n, t in zip(self.output.neurons, targets))
        return total


nn = NeuralNetwork([[0.15, 0.2], [0.25, 0.3]], 0.35, [[0.4, 0.45], [0.5, 0.55]], 0.6)
for i in range(3000):
    nn.train([0.05, 0.1], [0.01, 0.99])
print(round(nn.total_error([([0.05, 0.1], [0.01, 0.99])]), 9))
