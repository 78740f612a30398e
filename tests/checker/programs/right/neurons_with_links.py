import math
import random

class Unit:
    def __init__(self):
        self.into, self.outof = [], []
        self.bias = random.uniform(-0.5, 0.5)
        self.value = self.delta = 0.0

class Link:
    def __init__(self, a, b):
        self.a, self.b = a, b
        self.w = random.uniform(-1, 1)
        a.outof.append(self)
        b.into.append(self)

class Graph:
    def __init__(self, *widths):
        self.layers = [[Unit() for _ in range(n)] for n in widths]
        self.units = [u for layer in self.layers for u in layer]
        self.links = [Link(a, b) for p, q in zip(self.layers, self.layers[1:]) for b in q for a in p]

    def run(self, xs):
        for u, x in zip(self.layers[0], xs):
            u.value = x
        for layer in self.layers[1:]:
            for u in layer:
                net = sum(l.w * l.a.value for l in u.into) + u.bias
                u.value = 1 / (1 + math.exp(-net))
        return [u.value for u in self.layers[-1]]

    def teach(self, xs, ts, rate):
        self.run(xs)
        for u, t in zip(self.layers[-1], ts):
            u.delta = (u.value - t) * u.value * (1 - u.value)
        for layer in reversed(self.layers[1:-1]):
            for u in layer:
                u.delta = sum(l.w * l.b.delta for l in u.outof) * u.value * (1 - u.value)
        for l in self.links:
            l.w -= rate * l.b.delta * l.a.value
        for layer in self.layers[1:]:
            for u in layer:
                u.bias -= rate * u.delta

random.seed(12)
net = Graph(2, 4, 1)
for k in range(3000):
    for xs, ts in (([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])):
        net.teach(xs, ts, 0.6)
print([round(net.run(x)[0], 2) for x in ([0, 0], [0, 1], [1, 0], [1, 1])])
