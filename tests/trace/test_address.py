"""Addresses: what they name, and what a wrong one is answered with."""

from __future__ import annotations

import pytest

from chainrule import Disagreement, UsageError
from chainrule.trace.address import parse, step_of
from tests.helpers import refused

SHAPES = {
    "x": (4, 3), "loss": (4,), "0.W": (3, 2), "0.b": (2,), "1.W": (2, 1), "0.dz": (4, 2),
    "1.dW": (2, 1), "1.W.next": (2, 1), "1.W.m": (2, 1), "learning_rate": (),
}  # fmt: skip
NAMES = {"w5": "1.W[0,0]", "d": "0.b[1]"}
ALL = slice(None)


@pytest.mark.parametrize(
    ("address", "name", "place", "step"),
    [
        ("1.W[1, 0]", "1.W", (1, 0), None),
        (" 0.b [ 1 ] ", "0.b", (1,), None),
        ("0.W", "0.W", (), None),
        ("0.W[:,1]", "0.W", (ALL, 1), None),
        ("0.W[1]", "0.W", (1,), None),
        ("learning_rate", "learning_rate", (), None),
        ("loss[3]", "loss", (3,), None),
        ("step 40: 0.dz[2,1]", "0.dz", (2, 1), 40),
        ("step40:w5", "1.W", (0, 0), 40),
        ("1.W.next[0,0]", "1.W.next", (0, 0), None),
        ("1.W[0,0].next", "1.W.next", (0, 0), None),
        ("w5", "1.W", (0, 0), None),
        ("w5.m", "1.W.m", (0, 0), None),
        ("dw5", "1.dW", (0, 0), None),
        ("d", "0.b", (1,), None),
    ],
)
def test_addresses(address, name, place, step):
    assert parse(address, SHAPES, NAMES) == (name, place, step)
    assert step_of(address) == step


@pytest.mark.parametrize(
    "address",
    [
        "2.W",
        "W",
        "",
        "0.W[-1]",
        "0.W[0:1]",
        "0.W[::]",
        "0.W[,]",
        "0.W[",
        "1.slope[0,0]",
        "dx5",
        "w6",
    ],
)
def test_a_wrong_address_gets_the_three_nearest(address):
    with pytest.raises(UsageError) as caught:
        parse(address, SHAPES, NAMES)
    assert repr(address) in caught.value.got
    near = caught.value.do.removeprefix("The nearest: ").removesuffix(".").split(", ")
    assert len(near) == 3
    for found in near:
        assert parse(found, SHAPES, NAMES)


@pytest.mark.parametrize("address", ["0.W[0,2]", "0.W[0,0,0]", "0.W[3]", "0.b[2]", "loss[4]"])
def test_a_place_outside_gets_the_nearest_inside(address):
    with refused(repr(address), "which is ", "The nearest: "):
        parse(address, SHAPES, NAMES)


def test_what_is_nearest():
    with refused("w5"):
        parse("w6", SHAPES, NAMES)
    with refused("0.W[2,1]"):
        parse("0.W[2,7]", SHAPES, NAMES)
    with refused("1.W[1,0]"):
        parse("2.W[1,0]", SHAPES, NAMES)


def test_a_disagreement_is_no_usage_error():
    assert not issubclass(Disagreement, UsageError)
