"""Rows by name and as JSON."""

import json
import math

import numpy as np
import pytest

from chainrule.core.activations import ACTIVATIONS, relu
from chainrule.core.initializers import INITIALIZERS, Given, Uniform
from chainrule.core.losses import LOSSES, Huber, SoftmaxCrossEntropy
from chainrule.core.optimizers import OPTIMIZERS, Adam, Sgd
from chainrule.core.penalties import PENALTIES
from chainrule.core.schedules import SCHEDULES, Cosine, OnPlateau, StepDown, WarmUp
from chainrule.core.tables import (
    Settings,
    as_tuples,
    from_settings,
    look_up,
    row_from_json,
    row_to_json,
    settings_of,
)
from tests.helpers import refused

TABLES = {
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "initializer": INITIALIZERS,
    "penalty": PENALTIES,
    "schedule": SCHEDULES,
}
EVERY = pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, table in TABLES.items() for name in table]
)


@EVERY
def test_every_row_by_name_and_back_from_json(kind, name):
    row = look_up(TABLES[kind], kind, name)
    assert row.name == name
    assert look_up(TABLES[kind], kind, row) is row
    text = json.dumps(row_to_json(row))
    assert json.loads(text)["kind"] == name
    assert row_from_json(TABLES[kind], kind, json.loads(text)) == row


def test_settings_travel():
    for table, row in [
        (OPTIMIZERS, Adam(beta1=0.5)),
        (INITIALIZERS, Uniform(-3.0, 0.25)),
        (INITIALIZERS, Given([[1, 2.5], [3, 4]])),
    ]:
        back = row_from_json(table, "row", json.loads(json.dumps(row_to_json(row))))
        assert back == row
        assert hash(back) == hash(row)
    assert row_to_json(Adam(beta1=0.5)) == {
        "kind": "adam",
        "beta1": 0.5,
        "beta2": 0.999,
        "eps": 1e-8,
    }
    assert row_to_json(relu) == {"kind": "relu"}
    assert Sgd().settings() == {}
    assert settings_of(Uniform()) == {"low": -1.0, "high": 1.0}


NUMBERS = [
    (row, name)
    for table in TABLES.values()
    for row in table.values()
    if isinstance(row, Settings) or (isinstance(row, type) and issubclass(row, Settings))
    for name, value in (row() if isinstance(row, type) else row).settings().items()
    if isinstance(value, int | float)
]


@pytest.mark.parametrize(("row", "name"), NUMBERS)
def test_numbers_of_numpy_become_pythons_and_others_are_refused(row, name):
    """A float64 would turn single precision into double, and JSON has no float32."""
    make = row if isinstance(row, type) else type(row)
    usual = settings_of(make())[name]
    own = np.int64(usual) if isinstance(usual, int) else np.float32(usual)
    made = make(**{name: own})
    assert type(getattr(made, name)) is type(usual)
    assert json.loads(json.dumps(row_to_json(made)))[name] == pytest.approx(usual)
    for bad in ("a", (1, 2), math.nan, math.inf, None):
        with refused(make.__name__, name):
            make(**{name: bad})


def test_left_out_settings_have_their_defaults():
    assert row_from_json(OPTIMIZERS, "optimizer", {"kind": "adam"}) == Adam()


def test_unknown_names_are_refused():
    with refused("activation", "'sigmod'", "Did you mean sigmoid?"):
        look_up(ACTIVATIONS, "activation", "sigmod")
    with refused("optimizer", "'adm'", "Did you mean adam?"):
        row_from_json(OPTIMIZERS, "optimizer", {"kind": "adm"})
    with refused("optimizer", "None", "Known: adagrad, adam"):
        row_from_json(OPTIMIZERS, "optimizer", {"beta1": 0.9})


def test_unknown_settings_are_refused():
    with refused("loss squared", "formula", "It has none"):
        row_from_json(LOSSES, "loss", {"kind": "squared", "formula": "l = 0"})
    with refused("loss huber", "dleta", "It has delta."):
        look_up(LOSSES, "loss", "huber(dleta=2)")
    with refused("optimizer adam", "beta3"):
        row_from_json(OPTIMIZERS, "optimizer", {"kind": "adam", "beta3": 0.9})


@pytest.mark.parametrize(
    ("table", "text", "row"),
    [
        (LOSSES, "huber(delta=2.5)", Huber(2.5)),
        (LOSSES, " huber( delta = 2 ) ", Huber(2)),
        (LOSSES, "softmax_cross_entropy()", SoftmaxCrossEntropy()),
        (OPTIMIZERS, "adam(beta1=0.5, eps=1e-6)", Adam(beta1=0.5, eps=1e-6)),
        (INITIALIZERS, "uniform(low=-0.5)", Uniform(low=-0.5)),
        (INITIALIZERS, "given(values=[[1, 2.5], [3, 4]])", Given([[1, 2.5], [3, 4]])),
        (SCHEDULES, "warm_up(steps=9, then=cosine)", WarmUp(9, Cosine())),
        (SCHEDULES, "warm_up(then=step(every=3))", WarmUp(then=StepDown(every=3))),
        (ACTIVATIONS, "relu", relu),
    ],
)
def test_rows_with_settings_as_people_write_them(table, text, row):
    assert look_up(table, "row", text) == row


@pytest.mark.parametrize("text", [
    "huber(2)", "huber(delta=2", "huber(delta=2))", "huber(delta=delta + 1)", "(delta=2)",
    "open('x')", "huber(delta=open('x'))", "huber(delta=2).name(a=1)",
])  # fmt: skip
def test_what_is_no_row_is_refused_and_not_executed(text):
    with refused("loss", repr(text)):
        look_up(LOSSES, "loss", text)


def test_a_row_inside_a_row_travels():
    row = WarmUp(9, OnPlateau(patience=3))
    json_of_row = {
        "kind": "warm_up", "steps": 9,
        "then": {"kind": "on_plateau", "factor": 0.5, "patience": 3},
    }  # fmt: skip
    assert row_to_json(row) == json_of_row
    assert row_from_json(SCHEDULES, "schedule", json.loads(json.dumps(json_of_row))) == row


def test_from_settings():
    made = from_settings(Uniform, {"low": 0.0, "high": 2.0})
    assert made == Uniform(0.0, 2.0)
    with refused("Uniform from JSON", "middle", "newer version"):
        from_settings(Uniform, {"middle": 0.0})

    class Pair(dict):
        pass

    made = from_settings(Pair, {"a": {"kind": "adam"}, "b": 1}, a=(OPTIMIZERS, "optimizer"))
    assert made == {"a": Adam(), "b": 1}


def test_as_tuples():
    assert as_tuples([1, [2, (3, [])], "ab"]) == (1, (2, (3, ())), "ab")
    assert as_tuples(0.5) == 0.5
