"""Programs that learn XOR, as people write them. Each is right; `{...}` are their settings."""

DATA = """
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
"""

SCRIPT = """
import numpy as np
{data}

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

{seed}
W1 = {start1}
b1 = np.zeros((1, 2))
W2 = {start2}
b2 = np.zeros((1, 1))
lr = {rate}

for epoch in range({epochs}):
    h = sigmoid(X @ W1 + b1)
    out = sigmoid(h @ W2 + b2)
    loss = 0.5 * np.sum((out - y) ** 2)
    d2 = (out - y) * out * (1 - out)
    d1 = d2 @ W2.T * {slope}
    W2 -= lr * h.T @ d2
    b2 -= lr * d2.sum(axis=0, keepdims=True)
    W1 -= lr * X.T @ d1
    b1 -= lr * d1.sum(axis=0, keepdims=True)
    if epoch % 1000 == 0:
        print(epoch, loss)
"""

FUNCTIONS = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def init(n_in, n_hidden, n_out, seed={seed}):
    rng = np.random.default_rng(seed)
    return {{
        "W1": {scale} * rng.normal(0, 1, (n_in, n_hidden)), "b1": np.zeros(n_hidden),
        "W2": {scale} * rng.normal(0, 1, (n_hidden, n_out)), "b2": np.zeros(n_out),
    }}

def forward(params, X):
    h = sigmoid(X @ params["W1"] + params["b1"])
    return h, sigmoid(h @ params["W2"] + params["b2"])

def backward(params, X, y):
    h, out = forward(params, X)
    d2 = (out - y) * out * (1 - out) / len(X)
    d1 = d2 @ params["W2"].T * {slope}
    return {{"W1": X.T @ d1, "b1": d1.sum(0), "W2": h.T @ d2, "b2": d2.sum(0)}}

def train(params, X, y, epochs={epochs}, learning_rate={rate}):
    for epoch in range(epochs):
        grads = backward(params, X, y)
        for name in params:
            params[name] = params[name] - learning_rate * grads[name]
    return params

{call}
"""

CALL = """
if __name__ == "__main__":
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    params = train(init(2, 2, 1), X, y)
    print(forward(params, X)[1])
"""

CLASS = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out, learning_rate={rate}):
        self.W1 = {scale} * np.random.randn(n_in, n_hidden)
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = {scale} * np.random.randn(n_hidden, n_out)
        self.b2 = np.zeros((1, n_out))
        self.learning_rate = learning_rate

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def forward(self, X):
        self.h = self.sigmoid(X @ self.W1 + self.b1)
        self.out = self.sigmoid(self.h @ self.W2 + self.b2)
        return self.out

    def backward(self, X, y):
        d2 = (self.out - y) * self.out * (1 - self.out)
        d1 = d2 @ self.W2.T * {slope}
        self.W2 -= self.learning_rate * self.h.T @ d2
        self.b2 -= self.learning_rate * d2.sum(axis=0, keepdims=True)
        self.W1 -= self.learning_rate * X.T @ d1
        self.b1 -= self.learning_rate * d1.sum(axis=0, keepdims=True)

    def fit(self, X, y, epochs={epochs}):
        for _ in range(epochs):
            for i in range(len(X)):
                x_i, y_i = X[i : i + 1], y[i : i + 1]
                self.forward(x_i)
                self.backward(x_i, y_i)

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
net = Net(2, 2, 1)
net.fit(X, y)
print(net.forward(X))
"""

ROWS = """
import math, random
random.seed(1)
data = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
def sig(z): return 1 / (1 + math.exp(-z))
w = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]
v = [random.uniform(-1, 1) for _ in range(3)]
eta = 0.5
for epoch in range(5000):
    for x, t in data:
        h = [sig(u[0] * x[0] + u[1] * x[1] + u[2]) for u in w]
        o = sig(v[0] * h[0] + v[1] * h[1] + v[2])
        d = (o - t[0]) * o * (1 - o)
        dh = [d * v[j] * h[j] * (1 - h[j]) for j in range(2)]
        for j in range(2):
            v[j] -= eta * d * h[j]
        v[2] -= eta * d
        for j in range(2):
            w[j][0] -= eta * dh[j] * x[0]
            w[j][1] -= eta * dh[j] * x[1]
            w[j][2] -= eta * dh[j]
"""

CHOSEN = """
import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
Y = np.array([0, 1, 1, 0], dtype=float)
rng = np.random.default_rng()
W1 = rng.normal(size=(2, 2)); b1 = rng.normal(size=2)
W2 = rng.normal(size=2); b2 = 0.0
i = 0
while i < 4000:
    k = rng.integers(4)
    x, t = X[k], Y[k]
    h = np.tanh(x @ W1 + b1)
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d = o - t
    dh = d * W2 * (1 - h ** 2)
    W2 = W2 - 0.1 * d * h
    b2 = b2 - 0.1 * d
    W1 = W1 - 0.1 * np.outer(x, dh)
    b1 = b1 - 0.1 * dh
    i += 1
"""

COLUMNS = """
import numpy as np
X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], float); Y = np.array([[0, 1, 1, 0]], float)
W1 = np.random.randn(3, 2); b1 = np.zeros((3, 1)); W2 = np.random.randn(1, 3); b2 = np.zeros((1, 1))
v = [0, 0, 0, 0]
for it in range(2000):
    A1 = np.tanh(W1 @ X + b1); A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m; db2 = dZ2.sum(1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T / m; db1 = dZ1.sum(1, keepdims=True) / m
    v = [0.9 * old + new for old, new in zip(v, (dW1, db1, dW2, db2))]
    W1 = W1 - 0.1 * v[0]; b1 = b1 - 0.1 * v[1]; W2 = W2 - 0.1 * v[2]; b2 = b2 - 0.1 * v[3]
"""

BATCHES = """
import numpy as np
np.random.seed(5)
X = np.random.randn(60, 2); Y = (X[:, 0] * X[:, 1] > 0).astype(int)
class MLP:
    def __init__(self, sizes):
        pairs = zip(sizes[:-1], sizes[1:])
        self.weights = [np.random.randn(a, b) * np.sqrt(2 / a) for a, b in pairs]
        self.biases = [np.zeros(b) for b in sizes[1:]]
    def forward(self, x):
        self.acts = [x]
        for i, (W, b) in enumerate(zip(self.weights, self.biases)):
            z = self.acts[-1] @ W + b
            if i < len(self.weights) - 1:
                a = np.maximum(0, z)
            else:
                e = np.exp(z - z.max(axis=1, keepdims=True))
                a = e / e.sum(axis=1, keepdims=True)
            self.acts.append(a)
        return self.acts[-1]
    def train(self, X, Y, epochs=100, lr=0.05, batch_size=10):
        for epoch in range(epochs):
            order = np.random.permutation(len(X))
            for start in range(0, len(X), batch_size):
                idx = order[start:start + batch_size]
                xb, yb = X[idx], Y[idx]
                p = self.forward(xb)
                delta = p.copy()
                delta[np.arange(len(yb)), yb] -= 1
                delta /= len(yb)
                for l in reversed(range(len(self.weights))):
                    a = self.acts[l]
                    dW, db = a.T @ delta, delta.sum(axis=0)
                    if l > 0:
                        delta = delta @ self.weights[l].T * (a > 0)
                    self.weights[l] -= lr * dW
                    self.biases[l] -= lr * db
net = MLP([2, 8, 2])
net.train(X, Y)
"""

ONE_LAYER = """
import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
rng = np.random.default_rng(3)
W = rng.normal(size=(2, 1))
b = np.zeros(1)
for step in range(3000):
    a = 1 / (1 + np.exp(-(X @ W + b)))
    dz = (a - y) / len(X)
    W -= 1.0 * X.T @ dz
    b -= 1.0 * dz.sum(axis=0)
"""

RIGHT = {
    "script": {"slope": "h * (1 - h)"},
    "functions": {"slope": "h * (1 - h)"},
    "class": {"slope": "self.h * (1 - self.h)"},
}
WRONG = {"script": "(1 - h)", "functions": "(1 - h)", "class": "(1 - self.h)"}


def program(style: str, **changed: object) -> str:
    """A right program of this style that trains as XOR is trained; `changed` are its settings."""
    drawn = {"start1": "np.random.uniform(-1, 1, (2, 2))",
             "start2": "np.random.uniform(-1, 1, (2, 1))"}  # fmt: skip
    usual = {
        "script": {"data": DATA, "seed": "np.random.seed(3)", "rate": 0.5, "epochs": 4000, **drawn},
        "functions": {"seed": 1, "scale": 1, "rate": 2.0, "epochs": 4000, "call": CALL},
        "class": {"scale": 1, "rate": 0.5, "epochs": 2000},
    }
    text = {"script": SCRIPT, "functions": FUNCTIONS, "class": CLASS}[style]
    return text.format(**{**usual[style], **RIGHT[style], **changed})
