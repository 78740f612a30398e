"""The judge, on numbers made by a learner of our own: no program is run here."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from chainrule.checker.judge import judge
from chainrule.checker.observation import Layer
from tests.checker.learner import gradients, reading, sigmoid

WRONG = {
    "bias missing": (1, {"z": lambda a, W, b: a @ W}),
    "softmax over the batch": (
        4,
        {"last": lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0)},
    ),
    "softmax diagonal": (22, {"delta": lambda a, y, z: (a - y) * a * (1 - a)}),
    "dL/da for dL/dz": (23, {"delta": lambda a, y, z: -y / a}),
    "class number": (27, {"delta": lambda a, y, z: a - y.argmax(axis=1)[:, None]}),
    "slope at the output": (29, {"slope": lambda z, a: sigmoid(a) * (1 - sigmoid(a))}),
    "output form of z": (30, {"slope": lambda z, a: z * (1 - z)}),
    "1 - sigmoid": (31, {"slope": lambda z, a: 1 - a}),
    "no slope": (32, {"slope": lambda z, a: np.ones_like(a)}),
    "tanh's slope": (3, {"slope": lambda z, a: 1 - a * a}),
    "sum of weights": (41, {"da": lambda d, W, e: d.sum(axis=1, keepdims=True) * W.sum(axis=1)}),
    "weights as shares": (42, {"da": lambda d, W, e: d @ (W / W.sum(axis=0)).T}),
    "z for a": (49, {"dW": lambda a, d, z: z.T @ d if z.shape[1] != 6 else a.T @ d}),
    "outer of means": (52, {"dW": lambda a, d, z: np.outer(a.mean(axis=0), d.mean(axis=0))}),
    "last row": (53, {"dW": lambda a, d, z: np.outer(a[-1], d[-1])}),
    "bias gradient zero": (58, {"db": lambda d: 0 * d.sum(axis=0)}),
    "bias summed over all": (59, {"db": lambda d: np.full(d.shape[1], d.sum())}),
    "bias of the last row": (62, {"db": lambda d: d[-1]}),
    "bias summed only": (61, {"bias scale": lambda l, m: m}),
    "1/m in every layer": (12, {"scale": lambda l, m: m ** (l - 3.0)}),
    "one layer's sign": (48, {"scale": lambda l, m: (-1 if l == 1 else 1) / m}),
}
HARMLESS = {
    "mean": {}, "sum": {"scale": lambda l, m: 1.0}, "twice the mean": {"scale": lambda l, m: 2 / m},
}  # fmt: skip


@pytest.mark.parametrize("answers", [True, False], ids=["answers seen", "gradients only"])
@pytest.mark.parametrize("name", WRONG)
def test_one_mistake(name, answers):
    number, lines = WRONG[name]
    verdict = judge([reading(lines, answers=answers)])
    assert verdict.status == "wrong"
    assert [mistake.id for mistake in verdict.mistakes] == [number]
    assert verdict.exit_code == 1


PAIRS = [
    (a, b) for a, b in itertools.combinations(WRONG, 2)
    if not set(WRONG[a][1]) & set(WRONG[b][1]) and WRONG[a][0] != WRONG[b][0]
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), PAIRS[::7])
def test_two_mistakes(first, second):
    verdict = judge([reading({**WRONG[first][1], **WRONG[second][1]})])
    found = {mistake.id for mistake in verdict.mistakes}
    assert found & {WRONG[first][0], WRONG[second][0]}
    assert verdict.status == "wrong"


@pytest.mark.parametrize("name", HARMLESS)
@pytest.mark.parametrize("answers", [True, False])
def test_conventions_are_not_mistakes(name, answers):
    verdict = judge([reading(HARMLESS[name], answers=answers)])
    assert verdict.status == ("right" if name == "mean" else "different")
    assert verdict.mistakes == ()
    assert verdict.exit_code == 0


@pytest.mark.parametrize(
    ("factor", "number"),
    [(lambda m: 1.0, 11), (lambda m: 1 / m**2, 12), (lambda m: 1 / (3 * m), 13),
     (lambda m: 2 / m, 15), (lambda m: 0.5 / m, 15), (lambda m: -1 / m, 25)],
)  # fmt: skip
def test_its_own_loss_decides_about_factors(factor, number):
    verdict = judge([reading({"scale": lambda l, m: factor(m)}, loss=True)])
    assert [mistake.id for mistake in verdict.mistakes] == [number]


def test_a_gradient_of_its_own_loss_is_right_without_any_formula():
    """Each row of the batch has a weight that nobody told the judge of."""

    def weighted(a, y):
        return float(-(np.arange(1, len(y) + 1)[:, None] * y * np.log(a)).sum())

    lines = {
        "delta": lambda a, y, z: (a - y) * np.arange(1, len(y) + 1)[:, None],
        "scale": lambda l, m: 1.0, "loss": weighted,
    }  # fmt: skip
    seen = reading(lines, loss=True)
    assert judge([seen]).status == "unknown"
    calls = (seen.calls[0]._replace(numeric=_differences(seen.calls[0], lines)), *seen.calls[1:])
    verdict = judge([seen._replace(calls=calls)])
    assert verdict.status == "different"
    assert verdict.mistakes == ()


def test_an_unknown_mistake_is_said_to_be_unknown():
    verdict = judge([reading({"slope": lambda z, a: np.cos(a) ** 3})])
    assert verdict.status == "unknown"
    assert "dW3, db3: right" in verdict.message
    assert "Layer 2" in verdict.message


def test_a_gradient_a_ten_thousandth_off_is_not_right():
    verdict = judge([reading({"slope": lambda z, a: a * (1 - a) * (1 + 1e-4 * a)})])
    assert verdict.status == "unknown"


def test_float32_is_no_mistake():
    seen = reading()
    calls = tuple(
        call._replace(gradients=tuple(
            Layer(g.W.astype(np.float32), g.b.astype(np.float32)) for g in call.gradients
        )) for call in seen.calls
    )  # fmt: skip
    assert judge([seen._replace(calls=calls)]).status == "right"


def _differences(call, lines, h=1e-5):
    """Central differences of the learner's loss by every parameter."""
    found = []
    for l, layer in enumerate(call.before):
        made = []
        for name, numbers in zip("Wb", layer, strict=True):
            slope = np.zeros_like(numbers)
            for index in np.ndindex(numbers.shape):
                ends = []
                for sign in (1, -1):
                    moved = numbers.copy()
                    moved[index] += sign * h
                    layers = [*call.before]
                    layers[l] = layer._replace(**{name: moved})
                    ends.append(gradients(layers, call.x, call.y, lines)[2])
                slope[index] = (ends[0] - ends[1]) / (2 * h)
            made.append(slope)
        found.append(Layer(*made))
    return tuple(found)


def test_no_reading_at_all():
    assert judge([]).status == "error"


def test_one_row_does_not_take_a_verdict_back():
    """The last row alone is right where there is one row."""
    number, lines = WRONG["last row"]
    several, one = reading(lines), reading(lines, names=("one row",))
    assert judge([one]).status == "right"
    assert [mistake.id for mistake in judge([several, one]).mistakes] == [number]


@pytest.mark.parametrize(
    ("in_loss", "in_gradient", "number"), [(0.3, 0.0, 18), (0.0, 0.3, 18), (0.3, 0.6, 73)]
)
def test_a_penalty_in_the_loss_and_in_the_gradient(in_loss, in_gradient, number):
    """λ/2 Σ W² belongs in both or in neither; the program's own loss says how much."""
    seen = reading(loss=True)

    def penalised(call):
        gradients = [
            Layer(g.W + in_gradient * layer.W, g.b)
            for g, layer in zip(call.gradients, call.before, strict=True)
        ]
        return call._replace(gradients=tuple(gradients), loss=None)

    first = seen.calls[0]
    numeric = tuple(
        Layer(own.W + in_loss * layer.W, own.b)
        for own, layer in zip(_differences(first, {}), first.before, strict=True)
    )
    calls = [penalised(call) for call in seen.calls]
    calls[0] = calls[0]._replace(numeric=numeric)
    verdict = judge([seen._replace(calls=tuple(calls))])
    assert [mistake.id for mistake in verdict.mistakes] == [number]
