"""Scripts in many hands: the steps that are seen are those of the gradient, to the last digits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from chainrule.checker.forms.errors import NotUnderstood
from chainrule.checker.forms.script import read_script
from chainrule.checker.observation import Call, Layer, Reading
from chainrule.core.activations import ACTIVATIONS
from chainrule.core.dense import dense, dense_backward

SCRIPTS = Path(__file__).parent / "scripts"
ROUNDING = 1e-7  # relative: before − after over a small rate loses up to eight digits


class Right(NamedTuple):
    """What a right script computes: its gradient is `factor` times that of Σ ½ (a − y)² or of
    Σ cross-entropy, and divided by the rows if `mean`."""

    hidden: str
    output: str
    loss: str = "squared"
    factor: float = 1.0
    mean: bool = False
    sizes: tuple[int, ...] = ()
    first_only: bool = False  # has a memory
    decay: float = 0.0


RIGHT = {
    "eleven_lines": Right("sigmoid", "sigmoid", sizes=(2, 4, 1)),
    "xor_batch_biases": Right("sigmoid", "sigmoid", sizes=(2, 2, 1)),
    "xor_online": Right("tanh", "sigmoid", sizes=(2, 3, 1)),
    "digits_softmax": Right("relu", "softmax", "cross", mean=True, sizes=(64, 20, 10)),
    "spiral_labels": Right("relu", "softmax", "cross", mean=True, sizes=(2, 10, 3), decay=1e-3),
    "columns_bce": Right("tanh", "sigmoid", "cross", mean=True, sizes=(2, 4, 1)),
    "while_convergence": Right("sigmoid", "sigmoid", sizes=(3, 4, 2)),
    "bias_inside": Right("sigmoid", "sigmoid", "cross", mean=True, sizes=(2, 3, 1)),
    "momentum": Right("tanh", "identity", factor=2, mean=True, sizes=(3, 8, 1), first_only=True),
    "lists_of_lists": Right("sigmoid", "sigmoid", sizes=(2, 3, 1)),
    "minibatch_shuffle": Right("sigmoid", "softmax", "cross", mean=True, sizes=(5, 7, 3)),
    "in_main": Right("relu", "identity", factor=2, sizes=(10, 12, 2)),
    "class_in_loop": Right("sigmoid", "sigmoid", factor=2, sizes=(2, 4, 1)),
    "class_trains_itself": Right("sigmoid", "sigmoid", sizes=(2, 4, 3, 1)),
    "index_loop_samples": Right("", "sigmoid", "cross", sizes=(2, 1)),
    "literal_rate": Right("tanh", "tanh", mean=True, sizes=(4, 6, 5, 2)),
    "accumulated_batch": Right("sigmoid", "sigmoid", "cross", mean=True, sizes=(2, 3, 1)),
    "keras_mnist_plots": Right("sigmoid", "softmax", "cross", mean=True, sizes=(784, 16, 10)),
    "columns_three_layers": Right("sigmoid", "sigmoid", "cross", mean=True, sizes=(3, 5, 4, 2)),
    "missing_file": Right("relu", "identity", factor=2, mean=True, sizes=(4, 6, 1)),
    "mazur_scalars": Right("sigmoid", "sigmoid", sizes=(2, 2, 2)),
}


def read(name: str) -> Reading:
    path = SCRIPTS / f"{name}.py"
    return read_script(path.read_text(encoding="utf-8"), str(path))[0]


def gradient(call: Call, right: Right) -> list[Layer]:
    """By the formulas of chainrule's core."""
    kinds = [right.hidden] * (len(call.before) - 1) + [right.output]
    fed, zs, a = [], [], call.x
    for layer, kind in zip(call.before, kinds, strict=True):
        fed.append(a)
        zs.append(dense(a, layer.W, layer.b))
        a = ACTIVATIONS[kind].f(zs[-1])
    d: Any = a - call.y
    if right.loss == "squared":
        d = ACTIVATIONS[right.output].backward(d, zs[-1], a)
    d = d * right.factor / (len(call.x) if right.mean else 1)
    found: list[Layer] = []
    for at in reversed(range(len(kinds))):
        layer = call.before[at]
        grads = dense_backward(d, fed[at], layer.W, layer.b)
        found.insert(0, Layer(grads.dW + right.decay * layer.W, grads.db))
        if at:
            d = ACTIVATIONS[kinds[at - 1]].backward(grads.dx, zs[at - 1], fed[at])
    return found


def assert_steps(call: Call, right: Right) -> None:
    assert call.after is not None
    assert call.learning_rate is not None
    for before, after, g in zip(call.before, call.after, gradient(call, right), strict=True):
        for one, other, slope in ((before.W, after.W, g.W), (before.b, after.b, g.b)):
            assert (one is None) == (slope is None)
            if one is None or other is None or slope is None:
                continue
            step = (one - other) / call.learning_rate
            scale = max(np.abs(slope).max(), 1e-3 * np.abs(one).max())
            assert np.abs(step - slope).max() <= ROUNDING * scale


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_script_steps_along_the_gradient(name: str) -> None:
    right, reading = RIGHT[name], read(name)
    by_probe: dict[str, list[Call]] = {}
    for call in reading.calls:
        by_probe.setdefault(call.probe, []).append(call)
    assert len(by_probe["distinct"]) == 3
    assert {"fresh", "extreme"} <= set(by_probe)
    for probe in ("distinct", "fresh", "other rate"):
        calls = by_probe.get(probe, [])
        for call in calls[:1] if right.first_only else calls:
            sizes = (call.before[0].W.shape[0], *(layer.W.shape[1] for layer in call.before))
            assert sizes == right.sizes
            assert_steps(call, right)
    assert np.abs(by_probe["distinct"][0].before[0].W).max() > 0.2  # ours, not the program's
    assert reading.start is not None


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_seen_on_the_way_agrees_with_the_weights(name: str) -> None:
    right = RIGHT[name]
    for call in read(name).calls:
        if call.probe == "extreme":
            continue
        a = call.x
        for at, layer in enumerate(call.before):
            last = at == len(call.before) - 1
            a = ACTIVATIONS[right.output if last else right.hidden].f(dense(a, layer.W, layer.b))
            seen = call.outputs if last else call.hidden[at]
            assert seen is not None
            np.testing.assert_allclose(seen, a, rtol=1e-9, atol=1e-12)


WRONG = {
    "wrong_early_update": Right("sigmoid", "sigmoid"),
    "wrong_forgotten_bias": Right("tanh", "identity"),
    "wrong_missing_slope": Right("sigmoid", "sigmoid"),
    "wrong_summed_delta": Right("tanh", "tanh"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_script_is_read_and_its_step_is_not_the_gradient(name: str) -> None:
    first = read(name).calls[0]
    assert np.isfinite(first.y).all()
    with pytest.raises(AssertionError):
        assert_steps(first, WRONG[name])


def test_a_bias_that_is_never_updated_is_seen() -> None:
    reading = read("wrong_forgotten_bias")
    assert reading.calls[0].before[0].b is not None
    assert "never updated: b_hidden, b_out" in reading.notes


def test_an_early_update_is_seen_at_two_rates() -> None:
    rates = {call.learning_rate for call in read("wrong_early_update").calls}
    assert len(rates) == 2


def test_a_file_without_training_says_what_was_found() -> None:
    with pytest.raises(NotUnderstood, match="no loop"):
        read_script("x = 1\n", "one.py")
