import math, random

class Neuron:
    def __init__(self, n):
        self.w = [random.uniform(-1, 1) for _ in range(n)]
        self.b = random.uniform(-1, 1)
        self.out = 0.0
        self.delta = 0.0

    def fire(self, xs):
        self.xs = xs
        s = self.b
        for w, x in zip(self.w, xs):
            s += w * x
        self.out = 1 / (1 + math.exp(-s))
        return self.out

    def change(self, rate):
        for i, x in enumerate(self.xs):
            self.w[i] -= rate * self.delta * x
        self.b -= rate * self.delta

class Netz:
    def __init__(self, ni, nh, no):
        self.hidden = [Neuron(ni) for _ in range(nh)]
        self.out = [Neuron(nh) for _ in range(no)]

    def run(self, xs):
        h = [n.fire(xs) for n in self.hidden]
        return [n.fire(h) for n in self.out]

    def learn(self, xs, ts, rate):
        self.run(xs)
        for n, t in zip(self.out, ts):
            n.delta = (n.out - t) * n.out * (1 - n.out)
        for j, n in enumerate(self.hidden):
            back = sum(o.delta * o.w[j] for o in self.out)
            n.delta = back * n.out * (1 - n.out)
        for n in self.hidden + self.out:
            n.change(rate)

random.seed(4)
net = Netz(2, 3, 1)
table = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
for rounds in range(4000):
    for xs, ts in table:
        net.learn(xs, ts, 0.5)
for xs, ts in table:
    print(xs, ts, round(net.run(xs)[0], 3))
