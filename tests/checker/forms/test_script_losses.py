"""A script's own loss, its differences, and what is said of programs that never come to a loop."""

from __future__ import annotations

import time

import numpy as np
import pytest

from chainrule.checker.forms.errors import NotUnderstood
from chainrule.checker.forms.script import read_script
from chainrule.checker.observation import Reading

START = """
import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))
W, b, V = rng.normal(size=(2, 3)), np.zeros(3), rng.normal(size=(3, 1))
for t in range(100):
    h = np.tanh(X @ W + b)
    o = h @ V
    d = 2 * (o - Y) / len(X)
    dV = h.T @ d
    dh = d @ V.T * (1 - h * h)
"""
UPDATE = "    V -= 0.1 * dV; W -= 0.1 * X.T @ dh; b -= 0.1 * dh.sum(0)\n"
ENDS = {
    "a variable before": "    loss = np.mean((o - Y) ** 2)\n" + UPDATE,
    "a variable after": UPDATE + "    loss = np.mean((np.tanh(X @ W + b) @ V - Y) ** 2)\n",
    "printed": UPDATE + "    if t % 50 == 49: print(t, 'loss', np.mean((o - Y) ** 2))\n",
    "printed in a string": UPDATE + "    print(f'{t} mse {np.mean((o - Y) ** 2):.3f}')\n",
}


def read(end: str) -> Reading:
    return read_script(START + end, "program.py")[0]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_the_differences_of_the_own_loss_are_the_step_of_a_right_program(end: str) -> None:
    reading = read(end)
    for call in (reading.calls[0], *(c for c in reading.calls if c.probe == "fresh")):
        assert call.numeric is not None
        assert call.after is not None
        assert call.loss == pytest.approx(np.mean((np.asarray(call.outputs) - call.y) ** 2))
        for old, new, own in zip(call.before, call.after, call.numeric, strict=True):
            assert own is not None
            assert call.learning_rate is not None
            assert (old.W - new.W) / call.learning_rate == pytest.approx(own.W, abs=1e-7)


def test_an_index_j_is_no_cost_j() -> None:
    reading = read(UPDATE + "    kept = []\n    for j in range(3): kept.append(dh[0][j] ** 2)\n")
    assert not [name for name in reading.calls[0].seen if name.startswith("said.")]


def test_gradients_are_given_whole_or_not_at_all() -> None:
    assert read(UPDATE).calls[0].gradients is None  # dV has a name, dW has none


def test_a_rate_written_with_a_minus_is_found() -> None:
    reading = read("    V += -0.1 * dV; W += -0.1 * X.T @ dh; b += -0.1 * dh.sum(0)\n")
    assert reading.calls[0].learning_rate == pytest.approx(0.07)


def test_an_unknown_rate_is_not_1() -> None:
    end = "    k = 3 / (t + 7.5)\n    V -= k * dV; W -= k * X.T @ dh; b -= k * dh.sum(0)\n"
    assert read(end).calls[0].learning_rate != 1.0


def test_a_slow_statement_ends_with_a_sentence() -> None:
    began = time.monotonic()
    with pytest.raises(NotUnderstood, match="a statement in line 1 takes more than 3 s"):
        read_script("n = sum(x * x for x in range(10**10))\nfor i in range(3): n += 1\n", "slow.py")
    assert time.monotonic() - began < 6


RUNNING = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(60, 2))
y = (X[:, :1] > 0).astype(float)
W1, b1 = rng.normal(size=(2, 5)), np.zeros(5)
W2, b2 = rng.normal(size=(5, 1)), np.zeros(1)
lr = 0.1
for epoch in range(20):
    total = 0.0
    for at in range(0, 60, 10):
        xb, yb = X[at:at + 10], y[at:at + 10]
        h = np.tanh(xb @ W1 + b1)
        p = 1 / (1 + np.exp(-(h @ W2 + b2)))
        total += -np.sum(yb * np.log(p) + (1 - yb) * np.log(1 - p))
        d2 = (p - yb) / len(xb)
        d1 = d2 @ W2.T * (1 - h * h)
        W2 -= lr * h.T @ d2
        b2 -= lr * d2.sum(0)
        W1 -= lr * xb.T @ d1
        b1 -= lr * d1.sum(0)
    print(total / len(X))
"""


@pytest.mark.parametrize("shown", ["total / len(X)", "epoch, total"])
def test_a_loss_added_up_for_show_has_the_scale_of_the_gradient(shown):
    (reading,) = read_script(RUNNING.replace("total / len(X)", shown), "learner.py")
    call = reading.calls[0]
    assert reading.loss_is == "sum total"
    for own, before, after in zip(call.numeric, call.before, call.after, strict=True):
        step = (before.W - after.W) / call.learning_rate
        np.testing.assert_allclose(own.W, step, rtol=1e-6, atol=1e-9)
