import numpy as np

def relu(z):
    return np.maximum(0, z)

def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def cross_entropy(p, y):
    return -np.mean(np.log(p[np.arange(len(y)), y] + 1e-12))

class Network:
    def __init__(self, sizes, seed=1):
        rng = np.random.default_rng(seed)
        self.W = [rng.normal(0, np.sqrt(2 / i), (i, o)) for i, o in zip(sizes, sizes[1:])]
        self.b = [np.zeros(o) for o in sizes[1:]]

    def forward(self, X):
        acts = [X]
        for W, b in zip(self.W[:-1], self.b[:-1]):
            acts.append(relu(acts[-1] @ W + b))
        p = softmax(acts[-1] @ self.W[-1] + self.b[-1])
        return acts, p

    def backward(self, X, y):
        acts, p = self.forward(X)
        delta = p.copy()
        delta[np.arange(len(y)), y] -= 1
        delta /= len(y)
        delta *= p * (1 - p)
        grads_W = [np.zeros_like(W) for W in self.W]
        grads_b = [np.zeros_like(b) for b in self.b]
        for l in range(len(self.W) - 1, -1, -1):
            grads_W[l] = acts[l].T @ delta
            grads_b[l] = np.sum(delta, axis=0)
            if l > 0:
                delta = (delta @ self.W[l].T) * (acts[l] > 0)
        return grads_W, grads_b

    def train(self, X, y, epochs=200, lr=0.3):
        for epoch in range(epochs):
            gw, gb = self.backward(X, y)
            for l in range(len(self.W)):
                self.W[l] -= lr * gw[l]
                self.b[l] -= lr * gb[l]
            if epoch % 50 == 49:
                p = self.forward(X)[1]
                print(epoch + 1, cross_entropy(p, y), np.mean(p.argmax(axis=1) == y))

if __name__ == "__main__":
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 180)
    r = 0.5 + y + rng.normal(0, 0.12, 180)
    t = rng.uniform(0, 2 * np.pi, 180)
    X = np.stack([r * np.cos(t), r * np.sin(t)], axis=1)
    Network([2, 24, 3]).train(X, y)
