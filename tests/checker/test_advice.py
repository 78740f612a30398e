"""The program that a physics teacher handed over, with three mistakes at once and one at a time."""

import re

import pytest

from chainrule.checker.api import check
from chainrule.checker.picture import picture

RIGHT = """\
import numpy as np

rng = np.random.default_rng(1)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
Y = np.array([[0], [1], [1], [0]], float)
W1, b1 = rng.normal(size=(2, 3)), np.zeros(3)
W2, b2 = rng.normal(size=(3, 1)), np.zeros(1)
lr = 0.5

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

for step in range(2000):
    h = sigmoid(X @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
    loss = ((o - Y) ** 2).mean()
    d2 = 2 * (o - Y) * o * (1 - o) / 4
    dW2 = h.T @ d2
    d1 = (d2 @ W2.T) * h * (1 - h)
    dW1 = X.T @ d1
    W2 -= lr * dW2
    W1 -= lr * dW1
    b2 -= lr * d2.sum(0)
    b1 -= lr * d1.sum(0)
"""
FACTOR = ("2 * (o - Y) * o * (1 - o) / 4", "(o - Y) * o * (1 - o)")
SLOPE = ("(d2 @ W2.T) * h * (1 - h)", "d2 @ W2.T")
UPHILL = ("W2 -= lr * dW2", "W2 += lr * dW2")


def verdict(*changes):
    program = RIGHT
    for old, new in changes:
        assert program.count(old) == 1
        program = program.replace(old, new)
    return check(program)


def changed(*changes):
    return verdict(*changes).mistakes


def test_the_gravest_mistake_stands_first():
    found = changed(FACTOR, SLOPE, UPHILL)
    assert [(m.id, m.where, m.layer) for m in found] == [
        (66, "update", 1), (32, "hidden delta", 0), (15, "loss", None),
    ]  # fmt: skip


def test_two_mistakes_that_cancel_in_part_are_both_told():
    """Half of what is forgotten: 4 of the mean, 2 of the slope. With the 2 alone, 4 is left."""
    [found] = changed(FACTOR)
    assert found.name == "one factor on every gradient"
    assert "Every gradient is 2 times that of your loss." in found.sentence
    both, one = found.sentence.split("this may be: ")[1].split("; or ")
    assert both == "a forgotten 1/m together with a forgotten 2 (m/2 = 2)"
    assert one == "a 2 too many."
    assert found.formula_right == "2/m · the sum over the rows"
    assert found.formula_theirs == "the sum over the rows"
    [left] = changed((" / 4", ""))
    assert left.id == 11
    assert "the rows of the batch: 4 in this test" in left.sentence


@pytest.mark.parametrize(
    ("change", "number", "where", "theirs"),
    [
        (UPHILL, 66, "update", "W2 ← W2 + η dW2"),
        (("W1 -= lr * dW1", "W1 += lr * dW1"), 66, "update", "W1 ← W1 + η dW1"),
        (("dW2 = h.T @ d2", "dW2 = -h.T @ d2"), 48, "weight gradient", "dW2 = −a₋ᵀ d2, or"),
        (("W2 -= lr * dW2", "W2 += lr * (h.T @ d2)"), 66, "update", "W2 ← W2 + η dW2"),
        (("d1 = (d2", "d1 = -(d2"), 48, "hidden delta", "-1 · the right gradient"),
    ],
)
def test_a_wrong_sign_is_found_where_it_is(change, number, where, theirs):
    [found] = changed(change)
    assert (found.id, found.where) == (number, where)
    assert found.formula_theirs.startswith(theirs)
    assert found.layer == (0 if "1 " in change[0][:3] else 1)


def test_without_a_name_for_the_gradient_both_places_are_told():
    [found] = changed(
        ("    dW2 = h.T @ d2\n", ""), ("W2 -= lr * dW2", "W2 += lr * (h.T @ d2)")
    )  # fmt: skip
    assert (found.id, found.where, found.layer) == (48, "weight gradient", 1)
    assert found.formula_theirs == "dW2 = −a₋ᵀ d2, or W2 ← W2 + η dW2"


def test_what_is_right_beside_a_mistake_in_all_gradients_is_said():
    found = verdict(FACTOR, UPHILL)
    ticks = "Right means: right once mistake 2 is mended, which every gradient has."
    assert found.ticks == ticks
    assert found.agreement["0.dW"] < 1e-7
    words = re.sub(r"\s*<[^>]*>\s*", " ", picture(found))
    assert ticks in words
    assert verdict(UPHILL).ticks == verdict().ticks == ""


def line(text):
    return 1 + next(n for n, row in enumerate(RIGHT.splitlines()) if text in row)


@pytest.mark.parametrize(
    ("change", "text", "sets"),
    [
        (UPHILL, "W2 -= ", "W2"),
        (SLOPE, "d1 = ", "d1"),
        (("dW2 = h.T @ d2", "dW2 = -h.T @ d2"), "dW2 = ", "dW2"),
        (("b2 -= lr", "b2 += lr"), "b2 -= ", "b2"),
    ],
)
def test_the_line_of_a_mistake_is_known(change, text, sets):
    [found] = changed(change)
    assert (found.line, found.sets) == (line(text), sets)


def test_where_weights_start_is_no_line_of_an_update():
    """The update has no name of the weights in it; the factor stands in no line of its own."""
    steps = "".join(f"    {name} -= lr * {d}\n" for name, d in (
        ("W2", "dW2"), ("W1", "dW1"), ("b2", "d2.sum(0)"), ("b1", "d1.sum(0)"),
    ))  # fmt: skip
    grouped = (
        "    for p, g in zip((W2, W1, b2, b1), (-dW2, dW1, d2.sum(0), d1.sum(0))):\n"
        "        p -= lr * g\n"
    )
    [found] = changed((steps, grouped))
    assert (found.where, found.line, found.sets) == ("update", None, "")
    [factor] = changed(FACTOR)
    assert factor.line is None
