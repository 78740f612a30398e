"""Errors say four things, and travel."""

import copy
import pickle

import pytest

from chainrule.core.errors import ChainruleError, TaskError, UsageError, unknown
from tests.helpers import refused

PARTS = {"called": "dense", "needs": "3 columns", "got": "4", "do": "Pass x[:, :3]."}


@pytest.mark.parametrize(("kind", "builtin"), [(UsageError, ValueError), (TaskError, RuntimeError)])
def test_four_parts(kind, builtin):
    error = kind(**PARTS)
    assert isinstance(error, ChainruleError)
    assert isinstance(error, builtin)
    assert str(error) == "dense: needs 3 columns, got 4. Pass x[:, :3]."
    assert error.to_json() == PARTS


@pytest.mark.parametrize("kind", [UsageError, TaskError])
@pytest.mark.parametrize("send", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
def test_an_error_of_another_process_arrives_whole(kind, send):
    arrived = send(kind(**PARTS))
    assert type(arrived) is kind
    assert arrived.to_json() == PARTS
    assert str(arrived) == str(kind(**PARTS))


@pytest.mark.parametrize(
    ("name", "guess"),
    [("sigmod", "sigmoid"), ("Sigmoid", "sigmoid"), ("RELU", "relu"), ("tan", "tanh")],
)
def test_unknown_names_get_the_nearest(name, guess):
    error = unknown("activation", "activation", name, ["tanh", "sigmoid", "relu"])
    assert f"Did you mean {guess}? Known: relu, sigmoid, tanh." in str(error)
    assert repr(name) in str(error)


@pytest.mark.parametrize("name", ["xyzzy", None, 5])
def test_names_like_no_other_get_the_list_alone(name):
    error = unknown("activation", "activation", name, ["tanh", "relu"])
    assert error.do == "Known: relu, tanh."


def test_refused_is_not_content_with_three_parts():
    with pytest.raises(AssertionError, match="do is empty"), refused():
        raise UsageError("dense", "a", "b", "")
    with pytest.raises(AssertionError), refused("elsewhere"):
        raise UsageError(**PARTS)
