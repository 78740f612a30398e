"""How numbers and names are written, and how far a function of the machine's library may be off."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.trace.expression import Leaf, Quantity
from chainrule.trace.functions import exp, log, sqrt, tanh
from chainrule.trace.styles import Latex
from chainrule.trace.symbols import Symbols, digits


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("value", [0.1, 1 / 3, -1e-300 / 3, 12345.678, 1e22, 2.0, 0.0])
def test_digits_tell_a_number_from_its_neighbours(value, dtype):
    number = dtype(value)
    assert dtype(float(digits(number))) == number
    assert not digits(number).endswith(".0")


def test_latex_has_no_bare_underscore():
    assert Latex(Symbols()).name("clip_scale") == r"\text{clip\_scale}"


@pytest.mark.parametrize("function", [exp, log, tanh])
def test_a_function_may_be_eight_units_off(function):
    value, off = function(Leaf(Quantity("x"), np.float64(0.7))).found()
    assert off == 8 * 2.0**-53 * abs(value)
    assert sqrt(Leaf(Quantity("x"), np.float64(0.7))).found().off == 0
