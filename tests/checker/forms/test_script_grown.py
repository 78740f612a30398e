"""Training loops in which a step gives a bias, or a matrix, another shape."""

from __future__ import annotations

import numpy as np

from chainrule.checker.forms.script import read_script

SCRIPT = """import numpy as np
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = np.array(TARGETS)
w, b, lr = np.array([[0.1], [0.2]]), np.zeros((1, 1)), 1.0
for i in range(500):
    a = 1 / (1 + np.exp(-(X @ w + b)))
    dz = a - y
    dw = X.T @ dz / 4
    db = SUM
    w = w - lr * dw
    b = b - lr * db
"""
COLUMN, FLAT = "[[0.], [0.], [0.], [1.]]", "[0., 0., 0., 1.]"


def reading(targets: str, total: str):
    source = SCRIPT.replace("TARGETS", targets).replace("SUM", total)
    return read_script(source, "learner.py")[0]


def test_a_bias_that_grows_is_told_and_left_out():
    found = reading(COLUMN, "dz / 4")
    assert found.failed == {"distinct": "b has (1, 1), after the step it has (4, 1)"}
    assert not any("never updated" in note for note in found.notes)
    call = found.calls[0]
    assert call.after is not None
    assert call.after[0].b is None
    assert call.outputs is not None
    step = call.x.T @ (call.outputs - call.y) / 4
    np.testing.assert_allclose(call.before[0].W - call.after[0].W, call.learning_rate * step)


def test_a_matrix_that_grows_is_told():
    found = reading(FLAT, "dz.sum(axis=0, keepdims=True) / 4")
    assert found.failed["own"] == (
        "b has (1, 1), after the step it has (1, 4); w has (2, 1), after the step it has (2, 4)"
    )
    assert found.calls[0].after is None


def test_nothing_is_told_of_biases_that_stay():
    found = reading(COLUMN, "dz.sum(axis=0, keepdims=True) / 4")
    assert found.failed == {}
    assert found.calls[0].after is not None
    assert found.calls[0].after[0].b is not None
