"""Checks of single settings: what they let through and what they refuse."""

import math

import pytest

from chainrule.core.checks import number, one_of, whole
from tests.helpers import refused


def test_one_of():
    one_of("Dense", "bias", "unit", ("unit", "none"))
    with refused("Dense", "bias", "'units'", "unit, none"):
        one_of("Dense", "bias", "units", ("unit", "none"))


@pytest.mark.parametrize(("value", "least"), [(1, 1), (0, 0), (10**15, 1), (-3, -3)])
def test_whole(value, least):
    whole("Dense", "units", value, least=least)


@pytest.mark.parametrize("value", [0, -1, 1.0, 2.5, "3", None, True, math.nan])
def test_not_whole(value):
    with refused("Dense", "units", repr(value), "from 1 up"):
        whole("Dense", "units", value)
    with refused("from 5 up"):
        whole("Dense", "units", 4, least=5)


@pytest.mark.parametrize(
    ("value", "bounds"),
    [(0.1, {"above": 0}), (3, {"above": 0}), (0, {"least": 0}), (-5.5, {}), (0.0, {"least": 0})],
)
def test_number(value, bounds):
    number("Training", "l2", value, **bounds)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "1", None, True, 1j])
def test_not_a_number(value):
    with refused("Training", "l2", repr(value), "finite"):
        number("Training", "l2", value)


@pytest.mark.parametrize(
    ("value", "bounds", "words"),
    [
        (0, {"above": 0}, "above 0"),
        (-1, {"above": 0}, "above 0"),
        (-0.1, {"least": 0}, "from 0 up"),
    ],
)
def test_not_in_bounds(value, bounds, words):
    with refused("Training", "l2", words, repr(value)):
        number("Training", "l2", value, **bounds)


def test_no_bound_is_named_where_there_is_none():
    with refused("stop_below to be a finite number, got"):
        number("Training", "stop_below", math.nan)
