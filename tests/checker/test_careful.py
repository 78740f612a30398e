"""Right programs that look like wrong ones, and wrong ones that look right."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.checker.api import check

PROGRAMS = Path(__file__).parent / "careful"
WRONG = {
    "badpen": 73,  # 7 λ W on one layer, λ W on the other
    "decaybias": 61,  # db2 three times too long, beside a decay of the learning rate
    "uncounted": 20,  # exp at the end, a squared error, and no slope of exp
    "loose1": 11,  # a sum, where the loss is a mean; another function adds up one of that name
}
RIGHT = {
    "warm": "a learning rate that starts at 0",
    "accum": "a step for every second batch, of the gradients of both",
    "mom0": "a momentum of 0",
    "mom999": "a momentum of 0.999",
    "mom9995": "a momentum that nearly adds up",
    "obj9995": "the same in an object",
    "objgamma": "a γ of the learning rate's beside a momentum",
    "gammamom": "the same in a script",
    "mumom": "a μ of the data beside a momentum",
    "f32decay": "single precision, and a decay of the learning rate",
    "hidpen": "a penalty on the hidden layer alone",
    "epsce": "a logarithm of a + 1e-12",
    "labels1": "a function for pixels beside the labels",
    "poisson": "counts: exp at the end, and a − y without a slope",
    "hinge": "a hinge loss, and the exact GELU",
    "huber": "Huber's loss, and SiLU",
    "counted": "an array of 0 and 1 in the shape of a layer's outputs, which masks nothing",
}


def test_every_program_is_asked_for():
    assert {path.stem for path in PROGRAMS.glob("*.py")} == {*RIGHT, *WRONG}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_is_not_accused(name):
    verdict = check(PROGRAMS / f"{name}.py")
    assert verdict.status in ("right", "different"), (RIGHT[name], verdict)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_program_is_not_acquitted(name):
    verdict = check(PROGRAMS / f"{name}.py")
    assert (verdict.status, verdict.mistakes[0].id) == ("wrong", WRONG[name])
