"""What a program names for its penalty and its optimiser is told, wherever it stands."""

from __future__ import annotations

import pytest

from chainrule.checker.forms import read
from tests.checker import generator
from tests.checker.forms.test_forms import load


@pytest.mark.parametrize("layout", ["functions", "columns", "class"])
@pytest.mark.parametrize("row", [18, 65, 73])
def test_the_penalty_is_told(row: int, layout: str) -> None:
    source = generator.programs_with(row, generator.settings()[0], layout)
    assert source is not None
    assert 0.3 in read(load(source))[0].settings.values()


def test_defaults_of_arguments_are_told() -> None:
    source = generator.programs_with(72, generator.settings()[2], "functions")
    assert source is not None
    for reading in read(load(source)):
        assert {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}.items() <= reading.settings.items()
