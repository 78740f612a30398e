import math, random
class Neuron:
    def __init__(self, n):
        self.w = [random.uniform(-1, 1) for _ in range(n)]
        self.b = random.uniform(-1, 1)
    def out(self, xs):
        self.xs = xs
        self.o = 1 / (1 + math.exp(-(sum(w * x for w, x in zip(self.w, xs)) + self.b)))
        return self.o
class Net:
    def __init__(self, ni, nh, no):
        self.hidden = [Neuron(ni) for _ in range(nh)]
        self.output = [Neuron(nh) for _ in range(no)]
    def forward(self, xs):
        h = [n.out(xs) for n in self.hidden]
        return [n.out(h) for n in self.output]
    def train(self, xs, ts, lr=0.5):
        os = self.forward(xs)
        do = [(o - t) * o * (1 - o) for o, t in zip(os, ts)]
        dh = [sum(do[k] * self.output[k].w[j] for k in range(len(do))) * n.o * (1 - n.o) for j, n in enumerate(self.hidden)]
        for d, n in list(zip(do, self.output)) + list(zip(dh, self.hidden)):
            for i in range(len(n.w)):
                n.w[i] -= lr * d * n.xs[i]
            n.b -= lr * d
random.seed(1)
net = Net(2, 3, 1)
data = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
for e in range(3000):
    for xs, ts in data:
        net.train(xs, ts)
print([net.forward(x)[0] for x, t in data])
