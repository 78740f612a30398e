"""Programs with a function that crashes, or works for single samples only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chainrule.checker import forms, inside
from chainrule.checker.forms import read
from tests.checker.forms.test_forms import load

FORWARD = """import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def forward(params, X):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return a1, sigmoid(a1 @ params["W2"] + params["b2"])
"""
BACKWARD = """def gradient(params, X, y):
    a1, a2 = forward(params, X)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 @ params["W2"].T * a1 * (1 - a1)
    return {"W1": X.T @ d1, "b1": d1.sum(0), "W2": a1.T @ d2, "b2": d2.sum(0)}
"""
UPDATE = """def update(params, grads, lr):
    for k in params:
        params[k] = params[k] - lr * grad[k]
    return params
"""
LAYERS = """import numpy as np
class Dense:
    def __init__(self, n_in, n_out):
        self.weights, self.bias = np.random.randn(n_in, n_out), np.zeros((1, n_out))
    def forward(self, x):
        self.x = x
        return x @ self.weights + self.bias
    def backward(self, grad, lr):
        below = grad @ self.weights.T
        self.weights -= lr * self.x.T @ grad
        self.bias -= lr * grad.sum(axis=0, keepdims=True)
        return below
class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out
    def backward(self, grad, lr):
        return grad * (1 - self.out ** 2)
X, y = np.random.randn(4, 2), np.random.randn(4, 1)
network = [Dense(2, 3), Tanh(), Dense(3, 1), Tanh()]
for epoch in range(100):
    out = X
    for layer in network:
        out = layer.forward(out)
    grad = 2 * (out - y) / y.size
    for layer in reversed(network):
        grad = layer.backward(grad, 0.1)
"""
PAIRS = """import numpy as np
class Network:
    def __init__(self, sizes):
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]
    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = np.tanh(w @ a + b)
        return a
    def update_mini_batch(self, mini_batch, eta):
        X, Y = (np.hstack([pair[k] for pair in mini_batch]) for k in (0, 1))
        nabla_b, nabla_w = self.backprop(X, Y)
        self.weights = [w - eta * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - eta * nb for b, nb in zip(self.biases, nabla_b)]
    def backprop(self, x, y):
        activations = [x]
        for b, w in zip(self.biases, self.weights):
            activations.append(np.tanh(w @ activations[-1] + b))
        delta = (activations[-1] - y) * (1 - activations[-1] ** 2)
        nabla_b, nabla_w = [SUM], [delta @ activations[-2].T]
        for l in range(2, len(self.biases) + 1):
            delta = (self.weights[1 - l].T @ delta) * (1 - activations[-l] ** 2)
            nabla_b.insert(0, SUM)
            nabla_w.insert(0, delta @ activations[-l - 1].T)
        return nabla_b, nabla_w
"""


def failure(tmp_path: Path, source: str):
    path = tmp_path / "learner.py"
    path.write_text(source)
    return inside.read(lambda: inside._readings(forms, path, 1.0), str(path)).failure


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("a1.T @ d2", "a1.T @ dd2", "name 'dd2' is not defined"),
        ("d1.sum(0)", "np.summ(d1)", "module 'numpy' has no attribute 'summ'"),
    ],
)
def test_a_name_that_is_nowhere_is_the_learners_own_error(tmp_path, old, new, text):
    found = failure(tmp_path, FORWARD + BACKWARD.replace(old, new))
    assert (found.kind, found.line, found.function) == ("exception", 10, "gradient")
    assert found.text.startswith(text)


def test_an_attribute_that_nothing_sets_is_the_learners_own_error(tmp_path):
    source = PAIRS.replace("SUM", "delta.sum(1, keepdims=True)")
    found = failure(tmp_path, source.replace("self.weights[1 - l]", "self.weight[1 - l]"))
    assert (found.name, found.function) == ("AttributeError", "backprop")


def test_a_name_given_under_main_is_no_error(tmp_path):
    source = FORWARD + BACKWARD.replace("(a2 - y)", "(a2 - y) * k")
    found = failure(tmp_path, source + 'if __name__ == "__main__":\n    k = 1.0\n')
    assert found.kind == "unread"


def test_shapes_that_never_fit_are_told_with_their_line(tmp_path):
    """They may be a matter of the form of data, so the program is not accused."""
    own = "params = {'W1': np.ones((2, 3)), 'b1': np.ones(3), 'W2': np.ones((3, 1)), "
    source = (
        FORWARD + own + "'b2': np.ones(1)}\n" + BACKWARD.replace("a1.T @ d2", "np.ones(9) @ d2")
    )
    found = failure(tmp_path, source)
    assert found.kind == "unread"
    assert found.text.startswith("gradient raised ValueError in line 11")


def test_a_crash_in_the_update_is_told_beside_the_gradients():
    readings = read(load(FORWARD + BACKWARD + UPDATE))
    assert readings[0].entry == "gradient(params, X, y)"
    assert readings[0].failed["update"] == "NameError in line 13: name 'grad' is not defined"


def test_one_layer_of_several_is_no_network(tmp_path):
    """Its backward is handed what its forward gave: the targets have no part in that."""
    path = tmp_path / "learner.py"
    path.write_text(LAYERS)
    answer = inside.read(lambda: inside._readings(forms, path, 1.0), str(path))
    assert [len(r.calls[0].before) for r in answer.readings] == [2]


def test_a_bias_that_grows_with_the_batch_is_seen_beside_single_samples():
    found = read(load(PAIRS.replace("SUM", "delta")))
    steps = [r for r in found if r.entry.startswith("Network.update_mini_batch")]
    assert [len(r.calls[0].x) for r in found] == [1, 4]
    assert steps[0].failed["fresh"] == "biases[0] has (5,), after the step it has (5, 5)"
    summed = read(load(PAIRS.replace("SUM", "delta.sum(1, keepdims=True)")))
    assert not any(r.failed for r in summed)


def test_samples_as_columns_are_columns_where_all_sizes_are_equal():
    found = read(load(PAIRS.replace("SUM", "delta")))
    call = found[-1].calls[0]
    a = call.x
    for layer in call.before:
        a = np.tanh(a @ layer.W + layer.b)
    np.testing.assert_allclose(call.outputs, a, rtol=1e-9)


def test_a_crash_on_its_own_data_is_told_where_nothing_else_is_seen(tmp_path):
    """No function is understood, so the program is run as by hand."""
    found = failure(
        tmp_path,
        "import numpy as np\n"
        "class Model:\n"
        "    def go(self, table):\n"
        "        self.k = np.ones((2, 1))\n"
        "        for turn in range(9):\n"
        "            self.k = self.k - table @ self.k\n"
        'if __name__ == "__main__":\n'
        "    Model().go(np.ones((4, 3)))\n",
    )
    assert (found.kind, found.name, found.line) == ("exception", "ValueError", 6)
