"""A function that trains for some epochs is seen after one, two and three of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from chainrule.checker.forms import read
from chainrule.checker.observation import Call, Reading
from tests.checker import generator
from tests.checker.forms.test_forms import load


def distinct(source: str) -> tuple[Reading, list[Call]]:
    readings = [r for r in read(load(source)) if any(call.after for call in r.calls)]
    return readings[0], [call for call in readings[0].calls if call.probe == "distinct"]


@pytest.mark.parametrize("layout", ["functions", "columns"])
@pytest.mark.parametrize(
    ("row", "variant"), [(row, v) for row in (71, 72) for v in generator.variants(row)]
)
def test_each_epoch_begins_where_the_last_one_ended(row: int, variant: str, layout: str) -> None:
    source = generator.programs_with(row, generator.settings()[2], layout, variant=variant)
    assert source is not None
    reading, calls = distinct(source)
    assert len(calls) == 3
    for one, two in itertools.pairwise(calls):
        assert one.after is not None
        for ended, begun in zip(one.after, two.before, strict=True):
            np.testing.assert_array_equal(ended.W, begun.W)
    assert reading.settings
    assert all(call.gradients is not None for call in calls)


MEMORY = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def train(W1, b1, W2, b2, X, y, learning_rate, epochs):
    v1, v2 = np.zeros_like(W1), np.zeros_like(W2)
    for epoch in range(epochs):
        a1 = sigmoid(X @ W1 + b1)
        a2 = sigmoid(a1 @ W2 + b2)
        d2 = (a2 - y) * a2 * (1 - a2)
        d1 = d2 @ W2.T * a1 * (1 - a1)
        v2 = 0.9 * v2 + a1.T @ d2
        v1 = 0.9 * v1 + X.T @ d1
        W2, b2 = W2 - learning_rate * v2, b2 - learning_rate * d2.sum(0)
        W1, b1 = W1 - learning_rate * v1, b1 - learning_rate * d1.sum(0)
    return W1, b1, W2, b2
"""


def test_the_memory_lasts() -> None:
    _, (one, two, _) = distinct(MEMORY)
    assert one.after is not None
    assert two.after is not None
    first, second = (c.before[1].W - c.after[1].W for c in (one, two) if c.after)

    def sigmoid(z: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-z))

    (W1, b1), (W2, b2) = two.before
    a1 = sigmoid(two.x @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    g = a1.T @ ((a2 - two.y) * a2 * (1 - a2))
    np.testing.assert_allclose(second, 0.9 * first + 0.07 * g, rtol=1e-9)
