"""Small programs that were once read wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checker import forms, inside
from chainrule.checker.forms import read
from tests.checker.forms.test_forms import load

SIGMOID = "import numpy as np\ndef sigmoid(z): return 1 / (1 + np.exp(-z))\n"

NO_BIASES = (
    SIGMOID
    + """
class Net:
    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.inodes, self.hnodes, self.onodes = inputnodes, hiddennodes, outputnodes
        self.wih = np.random.randn(hiddennodes, inputnodes)
        self.who = np.random.randn(outputnodes, hiddennodes)
        self.lr = learningrate
    def train(self, inputs_list, targets_list):
        x, t = np.array(inputs_list, ndmin=2).T, np.array(targets_list, ndmin=2).T
        h = sigmoid(self.wih @ x)
        o = sigmoid(self.who @ h)
        e = t - o
        back = self.who.T @ e
        self.who += self.lr * (e * o * (1 - o)) @ h.T
        self.wih += self.lr * (back * h * (1 - h)) @ x.T
n = Net(3, 3, 2, 0.3)
"""
)

FLAT_LIST = (
    SIGMOID
    + """
def score(theta, X):
    h = np.maximum(X @ theta[0] + theta[1], 0)
    return h, h @ theta[2] + theta[3]
def grads(theta, X, Y):
    h, s = score(theta, X)
    d = (1 / (1 + np.exp(-s)) - Y) / Y.shape[0]
    e = (d @ theta[2].T) * (h > 0)
    return [X.T @ e, e.sum(0), h.T @ d, d.sum(0)]
rng = np.random.default_rng(27)
X = rng.normal(size=(150, 2))
Y = (X[:, :1] > 0).astype(float)
theta = [rng.normal(size=(2, 14)), rng.normal(size=14), rng.normal(size=(14, 1)), np.zeros(1)]
"""
)

EVERY_LAYER_HAS_X = (
    SIGMOID
    + """
def initialize(sizes):
    return {f"{k}{l}": np.random.randn(*((sizes[l - 1], sizes[l]) if k == "W" else (sizes[l],)))
            for l in range(1, len(sizes)) for k in "Wb"}
def backward(params, X, y):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    a2 = sigmoid(a1 @ params["W2"] + params["b2"])
    a3 = sigmoid(a2 @ params["W3"] + params["b3"])
    d3 = a3 - y
    d2 = d3 @ params["W3"].T * a2 * (1 - a2)
    d1 = d2 @ params["W2"].T * a1 * (1 - a1)
    return {"dW1": X.T @ d1, "db1": d1.sum(0), "dW2": X.T @ d2, "db2": d2.sum(0),
            "dW3": a2.T @ d3, "db3": d3.sum(0)}
"""
)


def test_sizes_and_rates_are_no_biases() -> None:
    for reading in read(load(NO_BIASES)):
        assert all(layer.b is None for call in reading.calls for layer in call.before)


def test_a_flat_list_of_weights_and_biases_is_taken_apart() -> None:
    reading = read(load(FLAT_LIST))[0]
    assert [layer.W.shape for layer in reading.calls[0].before] == [(2, 14), (14, 1)]
    assert all(layer.b is not None for layer in reading.calls[0].before)


def test_a_bias_gradient_of_size_one_is_no_loss() -> None:
    reading = read(load(FLAT_LIST))[0]
    assert reading.loss_is == ""
    assert reading.calls[0].loss is None


def test_a_gradient_of_another_shape_fails_on_distinct_sizes() -> None:
    reading = read(load(EVERY_LAYER_HAS_X))[0]
    told = "the gradient of W2 has shape (6, 4), W2 has (5, 4)"
    assert reading.failed["distinct"].startswith(told)
    assert {call.probe for call in reading.calls} == {"equal"}


@pytest.mark.parametrize("source", [NO_BIASES, FLAT_LIST, EVERY_LAYER_HAS_X])
def test_reading_is_quick(source: str) -> None:
    import time

    program, begun = load(source), time.process_time()
    read(program)
    assert time.process_time() - begun < 2.0


def test_a_data_set_size_is_another_number_than_the_rows() -> None:
    source = SIGMOID + (
        "def backward(params, X, y, n):\n"
        "    h = sigmoid(X @ params['W1'] + params['b1'])\n"
        "    d = (sigmoid(h @ params['W2'] + params['b2']) - y) / n\n"
        "    e = d @ params['W2'].T * h * (1 - h)\n"
        "    return {'W1': X.T @ e, 'b1': e.sum(0), 'W2': h.T @ d, 'b2': d.sum(0)}\n"
    )
    call = read(load(source))[0].calls[0]
    assert call.rows_in_all == 3 * len(call.x) + 1


def test_weights_of_other_letters_are_layers_too() -> None:
    source = SIGMOID + (
        "rng = np.random.default_rng(2)\n"
        "W, b = rng.normal(size=(2, 10)), np.zeros(10)\n"
        "V, c = rng.normal(size=(10, 3)), np.zeros(3)\n"
        "def grad(X, T):\n"
        "    h = sigmoid(X @ W + b)\n"
        "    d = (sigmoid(h @ V + c) - T) / len(X)\n"
        "    e = d @ V.T * h * (1 - h)\n"
        "    return X.T @ e, e.sum(axis=0), h.T @ d, d.sum(axis=0)\n"
    )
    reading = read(load(source))[0]
    assert [layer.W.shape for layer in reading.calls[0].before] == [(2, 10), (10, 3)]


def test_gradients_in_a_list_are_taken_by_their_places() -> None:
    """W3 (10, 1) is as long as b2 (10,)."""
    source = SIGMOID + (
        "def predict(theta, X):\n"
        "    W1, b1, W2, b2, W3, b3 = theta\n"
        "    h = sigmoid(X @ W1 + b1)\n"
        "    g = sigmoid(h @ W2 + b2)\n"
        "    return h, g, g @ W3 + b3\n"
        "def grad(theta, X, Y):\n"
        "    W1, b1, W2, b2, W3, b3 = theta\n"
        "    h, g, o = predict(theta, X)\n"
        "    d3 = o - Y\n"
        "    d2 = d3 @ W3.T * g * (1 - g)\n"
        "    d1 = d2 @ W2.T * h * (1 - h)\n"
        "    return [X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0), g.T @ d3, d3.sum(0)]\n"
        "r = np.random.default_rng(0)\n"
        "theta = [r.normal(size=s) for s in ((2, 12), (12,), (12, 10), (10,), (10, 1), (1,))]\n"
        "X, Y = r.normal(size=(50, 2)), r.normal(size=(50, 1))\n"
    )
    call = read(load(source))[0].calls[0]
    assert call.gradients is not None
    last = call.gradients[-1]
    assert last is not None
    assert call.outputs is not None
    np.testing.assert_allclose(last.W, call.seen["g"].T @ (call.outputs - call.y), rtol=1e-9)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def gradients(params, X, y):\n    W, b = params\n    while True:\n        pass\n",
         (3, 4)),
        ("def step(params, X, y, lr):\n    z = 0\n    while z < 1:\n        z *= 2\n", (3, 4)),
    ],
)  # fmt: skip
def test_a_function_that_never_comes_back_is_named_with_its_line(tmp_path, source, line):
    path = tmp_path / "learner.py"
    path.write_text(source)
    failure = inside.read(lambda: inside._readings(forms, path, 1.0), str(path)).failure
    called = source.partition(":")[0].removeprefix("def ")
    assert failure is not None
    assert failure.text == f"{called} does not return (it was stopped after 1 s)"
    assert failure.line in line


BIAS_COLUMN = """import numpy as np
def add_ones(A): return np.hstack([np.ones((len(A), 1)), A])
def cost_and_grad(theta1, theta2, X, y):
    m = len(X)
    a1 = add_ones(X)
    a2 = add_ones(1 / (1 + np.exp(-a1 @ theta1.T)))
    h = 1 / (1 + np.exp(-(a2 @ theta2.T)))
    J = -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h)) / m
    d3 = h - y
    d2 = (d3 @ theta2)[:, 1:] * a2[:, 1:] * (1 - a2[:, 1:])
    return J, d2.T @ a1 / m, d3.T @ a2 / m
"""


def test_weights_that_nobody_makes_may_hold_the_bias_in_their_first_column():
    reading = read(load(BIAS_COLUMN))[0]
    call = reading.calls[0]
    assert reading.layout["bias"] == "inside, first"
    assert call.gradients is not None
    assert call.numeric is not None
    for own, found in zip(call.numeric, call.gradients, strict=True):
        assert own is not None
        assert found is not None
        np.testing.assert_allclose(found.W, own.W, rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(found.b, own.b, rtol=1e-5, atol=1e-8)
