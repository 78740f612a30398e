"""Central differences of the program's own loss, and the loss itself, wherever it can be had."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checker.forms import read
from chainrule.checker.observation import Call, Reading
from tests.checker.forms.test_forms import load
from tests.checker.generator.layouts import render
from tests.checker.generator.plan import LAYOUTS, SETTINGS, Plan, Setting

FUNCTIONS = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def loss(params, X, y, lam=0.1):
    a = sigmoid(sigmoid(X @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"])
    return 0.5 * np.sum((a - y) ** 2) + lam / 2 * sum(np.sum(params[k] ** 2) for k in ("W1", "W2"))
def gradient(params, X, y, lam=0.1):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    a2 = sigmoid(a1 @ params["W2"] + params["b2"])
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 @ params["W2"].T * a1 * (1 - a1)
    return {"W1": X.T @ d1 + lam * params["W1"], "b1": d1.sum(axis=0),
            "W2": a1.T @ d2 + lam * params["W2"], "b2": d2.sum(axis=0)}
"""


def first(reading: Reading, probe: str) -> Call:
    return next(call for call in reading.calls if call.probe == probe)


def apart(call: Call) -> float:
    """How far the differences are from the program's gradients."""
    assert call.numeric is not None
    assert call.gradients is not None
    worst = 0.0
    for own, theirs in zip(call.numeric, call.gradients, strict=True):
        assert own is not None
        assert theirs is not None
        for a, b in zip(own, theirs, strict=True):
            if a is not None and b is not None:
                worst = max(worst, float(np.abs(a - b).max() / np.abs(a).max()))
    return worst


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("setting", SETTINGS[::5], ids=str)
def test_the_loss_of_every_layout_is_seen(layout: str, setting: Setting) -> None:
    reading = read(load(render(Plan(setting, layout, 3))))[0]
    assert reading.loss_is
    for probe in ("distinct", "fresh"):
        call = first(reading, probe)
        assert call.loss is not None
        if call.gradients is not None:
            assert apart(call) < 2e-6  # the loss of BCE is clipped


def test_the_penalty_is_in_the_loss_and_its_derivative() -> None:
    reading = read(load(FUNCTIONS))[0]
    assert reading.settings["lam"] == 0.3
    assert apart(first(reading, "distinct")) < 1e-8
    assert apart(first(reading, "fresh")) < 1e-8


def test_a_wrong_gradient_is_beside_the_right_derivative() -> None:
    reading = read(load(FUNCTIONS.replace("* a2 * (1 - a2)", "")))[0]
    assert apart(first(reading, "distinct")) > 0.1


def test_a_returned_loss_is_differentiated() -> None:
    source = FUNCTIONS.replace("def loss(", "def value(").replace(
        "    return {", "    cost = value(params, X, y, lam)\n    return cost, {"
    )
    reading = read(load(source))[0]
    assert reading.loss_is == "returned"
    assert apart(first(reading, "distinct")) < 1e-8


def test_slow_losses_are_left() -> None:
    source = FUNCTIONS.replace(
        "    return 0.5", "    np.sort(np.arange(10**6) % 7919)\n    return 0.5"
    )
    call = first(read(load(source))[0], "distinct")
    assert call.loss is not None
    assert call.numeric is None


def test_weights_the_program_never_made_are_no_start() -> None:
    assert read(load(FUNCTIONS))[0].start is None


def test_weights_the_program_made_are_its_start() -> None:
    source = FUNCTIONS + (
        "def initialize(n_in, n_h, n_out):\n"
        "    return {'W1': np.zeros((n_in, n_h)), 'b1': np.zeros(n_h),\n"
        "            'W2': np.zeros((n_h, n_out)), 'b2': np.zeros(n_out)}\n"
    )
    start = read(load(source))[0].start
    assert start is not None
    assert not start[0].W.any()


ANY_NAME = FUNCTIONS.replace("def loss(", "def total(")
OVERWRITTEN = """
import numpy as np
class Net:
    def __init__(self, sizes, acts, seed=0):
        r = np.random.default_rng(seed)
        self.W = [r.normal(size=(i, o)) for i, o in zip(sizes, sizes[1:])]
        self.b = [r.normal(size=o) for o in sizes[1:]]
        self.acts = acts
    def forward(self, X):
        caches = []
        for W, b, name in zip(self.W, self.b, self.acts):
            A = np.tanh(X @ W + b) if name == "tanh" else X @ W + b
            caches.append((X, A, 1 - A ** 2 if name == "tanh" else 1.0))
            X = A
        return X, caches
    def cost(self, X, Y):
        return np.square(self.forward(X)[0] - Y).sum() / (2 * len(Y))
    def gradient(self, X, Y):
        out, caches = self.forward(X)
        d, grads = (out - Y) / len(Y), []
        for W, (Xin, A, slope) in zip(self.W[::-1], caches[::-1]):
            d = d * slope
            grads.append((Xin.T @ d, d.sum(0)))
            d = d @ W.T
        return grads[::-1]
if __name__ == "__main__":
    net = Net([2, 8, 8, 8, 2], ["tanh", "tanh", "tanh", "linear"])
"""


@pytest.mark.parametrize("source", [ANY_NAME, OVERWRITTEN])
def test_a_loss_is_found_under_any_name(source: str) -> None:
    for probe in ("distinct", "fresh"):
        assert apart(first(read(load(source))[0], probe)) < 1e-6


NO_ARGUMENTS = """
import numpy as np
class Net:
    def __init__(self, x, y):
        self.x, self.y = x, y
        self.w1, self.w2 = np.random.rand(x.shape[1], 4), np.random.rand(4, 1)
    def feedforward(self):
        self.h = np.tanh(self.x @ self.w1)
        self.out = np.tanh(self.h @ self.w2)
    def loss(self):
        return np.sum((self.y - self.out) ** 2)
    def backprop(self):
        d = 2 * (self.y - self.out) * (1 - self.out ** 2)
        e = d @ self.w2.T * (1 - self.h ** 2)
        self.w2 += self.h.T @ d
        self.w1 += self.x.T @ e
net = Net(np.eye(3), np.ones((3, 1)))
"""
PAIRS = """
import numpy as np
class Net:
    def __init__(self, sizes):
        self.weights = [np.random.randn(b, a) for a, b in zip(sizes, sizes[1:])]
    def feedforward(self, a):
        for w in self.weights:
            a = np.tanh(w @ a)
        return a
    def update_mini_batch(self, mini_batch, eta):
        total = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            acts = [x]
            for w in self.weights:
                acts.append(np.tanh(w @ acts[-1]))
            d = (acts[-1] - y) * (1 - acts[-1] ** 2)
            for l in range(len(self.weights) - 1, -1, -1):
                total[l] += d @ acts[l].T
                d = self.weights[l].T @ d * (1 - acts[l] ** 2)
        self.weights = [w - eta * t for w, t in zip(self.weights, total)]
    def total_cost(self, data):
        return sum(0.5 * np.linalg.norm(self.feedforward(x) - y) ** 2 for x, y in data)
"""


@pytest.mark.parametrize(("source", "name"), [(NO_ARGUMENTS, "loss"), (PAIRS, "total_cost")])
def test_a_loss_of_nothing_or_of_pairs_is_a_loss(source, name):
    reading = read(load(source))[0]
    call = reading.calls[0]
    assert reading.loss_is == f"method {name}"
    assert call.numeric is not None
    assert call.after is not None
    steps = [(old.W - new.W).ravel() for old, new in zip(call.before, call.after, strict=True)]
    rate = {"loss": 1.0, "total_cost": 0.07}[name]
    for own, step in zip(call.numeric, steps, strict=True):
        assert own is not None
        np.testing.assert_allclose(own.W.ravel() * rate, step, rtol=1e-5, atol=1e-8)
