"""Rows by name and as JSON."""

import json

import pytest

from chainrule.core.activations import ACTIVATIONS, relu
from chainrule.core.initializers import INITIALIZERS, Given, Uniform
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS, Adam, Sgd
from chainrule.core.penalties import PENALTIES
from chainrule.core.tables import (
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


def test_left_out_settings_have_their_defaults():
    assert row_from_json(OPTIMIZERS, "optimizer", {"kind": "adam"}) == Adam()


def test_unknown_names_are_refused():
    with refused("activation", "'sigmod'", "Did you mean sigmoid?"):
        look_up(ACTIVATIONS, "activation", "sigmod")
    with refused("optimizer", "'adm'", "Did you mean adam?"):
        row_from_json(OPTIMIZERS, "optimizer", {"kind": "adm"})
    with refused("optimizer", "None", "Known: adam, momentum, sgd."):
        row_from_json(OPTIMIZERS, "optimizer", {"beta1": 0.9})


def test_unknown_settings_are_refused():
    with refused("optimizer adam", "beta3"):
        row_from_json(OPTIMIZERS, "optimizer", {"kind": "adam", "beta3": 0.9})


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
