"""Programs read part by part, whose training function is looked at as well."""

from __future__ import annotations

import numpy as np

from chainrule.checker.forms import read
from tests.checker.forms.test_forms import load
from tests.checker.forms.test_troubles import BACKWARD, FORWARD

INITIALIZE = """def initialize(sizes):
    params = {}
    for l in range(1, len(sizes)):
        params[f"W{l}"] = np.random.randn(sizes[l - 1], sizes[l])
        params[f"b{l}"] = np.zeros(sizes[l])
    return params
"""
PARTS = """def cost(params, X, y):
    return np.sum((forward(params, X)[1] - y) ** 2) / 2
def update(params, grads, lr):
    for k in grads:
        params[k] = params[k] - lr * grads[k]
    return params
def train(params, X, y, lr=0.1, epochs=100):
    for epoch in range(epochs):
        grads = gradient(params, X, y)
        for i in range(ROUNDS):
            params = update(params, grads, lr)
    return params
"""


def step(call):
    pairs = zip(call.before, call.after, strict=True)
    return [(old - new) / call.learning_rate for one, two in pairs
            for old, new in zip(one, two, strict=True)]  # fmt: skip


def test_the_training_function_is_read_after_its_parts():
    whole = INITIALIZE + FORWARD + BACKWARD + PARTS
    first, *_, last = read(load(whole.replace("ROUNDS", "len(X)")))
    assert last.entry == "train(params, X, y, lr, epochs)"
    assert "update" in first.entry
    for one, other in zip(step(first.calls[0]), step(last.calls[0]), strict=True):
        np.testing.assert_allclose(7 * one, other, rtol=1e-9)
    slopes = [reading.calls[0].numeric for reading in (first, last)]
    for one, other in zip(*slopes, strict=True):
        np.testing.assert_array_equal(one.W, other.W)
        np.testing.assert_array_equal(one.b, other.b)


def test_a_training_function_that_makes_its_own_weights_is_no_reading():
    whole = INITIALIZE + FORWARD + BACKWARD + PARTS.replace("ROUNDS", "1")
    source = whole.replace("def train(params, X, y", "def train(X, y").replace(
        "    for epoch in", "    params = initialize([X.shape[1], 4, y.shape[1]])\n    for epoch in"
    )
    assert not any("train" in reading.entry for reading in read(load(source)))
