"""Mistakes of shapes are seen with equal sizes, in the network the program is made for."""

from __future__ import annotations

import pytest

from chainrule.checker.forms import read
from tests.checker import generator
from tests.checker.forms.test_forms import load


@pytest.mark.parametrize(
    ("row", "layout"),
    [(43, "class"), (44, "class"), (60, "class"), (60, "functions"), (60, "columns")],
)
def test_two_hidden_layers_of_one_width(row: int, layout: str) -> None:
    source = generator.programs_with(row, generator.settings()[0], layout)
    assert source is not None
    reading = read(load(source))[0]
    assert "distinct" in reading.failed
    (call,) = (call for call in reading.calls if call.probe == "equal")
    assert [layer.W.shape for layer in call.before] == [(4, 4)] * 3


def test_a_bias_that_grows_is_none() -> None:
    source = generator.programs_with(62, generator.settings()[0], "columns")
    assert source is not None
    reading = read(load(source))[0]
    assert reading.failed["distinct"] == "b1 has (5,), after the step it has (5, 7)"
    call = next(call for call in reading.calls if call.probe == "equal")
    assert call.gradients is not None
    assert all(layer is not None and layer.b is None for layer in call.gradients)
