import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class Network:
    def __init__(self, sizes, seed=2):
        rs = np.random.RandomState(seed)
        self.sizes = sizes
        self.b = [rs.randn(n, 1) for n in sizes[1:]]
        self.w = [rs.randn(n, m) / np.sqrt(m) for m, n in zip(sizes, sizes[1:])]
        self.clear()

    def clear(self):
        self.nabla_b = [np.zeros(b.shape) for b in self.b]
        self.nabla_w = [np.zeros(w.shape) for w in self.w]

    def output(self, a):
        for b, w in zip(self.b, self.w):
            a = sigmoid(w @ a + b)
        return a

    def cost(self, pairs):
        return sum(0.5 * np.sum((self.output(x) - y) ** 2) for x, y in pairs) / len(pairs)

    def backprop(self, x, y):
        acts = [x]
        for b, w in zip(self.b, self.w):
            acts.append(sigmoid(w @ acts[-1] + b))
        delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1])
        for l in range(len(self.w) - 1, -1, -1):
            self.nabla_b[l] = self.nabla_b[l] + delta
            self.nabla_w[l] = self.nabla_w[l] + delta @ acts[l].T
            if l > 0:
                delta = (self.w[l].T @ delta) * acts[l] * (1 - acts[l])

    def update(self, pairs, lr):
        for x, y in pairs:
            self.backprop(x, y)
        k = lr / len(pairs)
        for l in range(len(self.w)):
            self.w[l] -= k * self.nabla_w[l]
            self.b[l] -= k * self.nabla_b[l]

rs = np.random.RandomState(3)
points = rs.uniform(-1, 1, (100, 2))
pairs = [(p.reshape(2, 1), np.array([[float(p[0] > p[1] ** 2)]])) for p in points]
net = Network([2, 5, 1])
for epoch in range(30):
    order = rs.permutation(100)
    for s in range(0, 100, 10):
        net.update([pairs[i] for i in order[s:s + 10]], 2.0)
    if epoch % 10 == 9:
        print(epoch + 1, net.cost(pairs))
