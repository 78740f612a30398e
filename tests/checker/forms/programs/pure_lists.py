import math
import random

class Neuron:
    def __init__(self, n):
        self.weights = [random.uniform(-1, 1) for _ in range(n)]
        self.bias = random.uniform(-1, 1)
        self.output = 0.0
        self.delta = 0.0

    def activate(self, inputs):
        s = sum(w * x for w, x in zip(self.weights, inputs)) + self.bias
        self.output = 1 / (1 + math.exp(-s))
        return self.output

class Network:
    def __init__(self, sizes):
        self.layers = []
        for i in range(1, len(sizes)):
            self.layers.append([Neuron(sizes[i - 1]) for _ in range(sizes[i])])

    def forward(self, inputs):
        for layer in self.layers:
            inputs = [n.activate(inputs) for n in layer]
        return inputs

    def train(self, inputs, targets, lr=0.5):
        outputs = self.forward(inputs)
        for j, n in enumerate(self.layers[-1]):
            n.delta = (n.output - targets[j]) * n.output * (1 - n.output)
        for i in reversed(range(len(self.layers) - 1)):
            for j, n in enumerate(self.layers[i]):
                e = sum(k.weights[j] * k.delta for k in self.layers[i + 1])
                n.delta = e * n.output * (1 - n.output)
        for i, layer in enumerate(self.layers):
            prev = inputs if i == 0 else [n.output for n in self.layers[i - 1]]
            for n in layer:
                for k in range(len(prev)):
                    n.weights[k] -= lr * n.delta * prev[k]
                n.bias -= lr * n.delta
        return sum((o - t) ** 2 for o, t in zip(outputs, targets)) / 2
