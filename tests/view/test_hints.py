"""A hint gives away what it is for, and no more."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from chainrule.checker.api import check
from chainrule.view import answers, commands

WRONG = """\
import numpy as np

def gradient(params, X, y):
    W, b = params
    d = 2 * (X @ W + b - y)
    return [X.T @ d, d.sum(axis=0)]

def loss(params, X, y):
    W, b = params
    return np.mean((X @ W + b - y) ** 2)
"""


@pytest.fixture(scope="module")
def verdict():
    found = check(WRONG)
    assert found.mistakes
    assert not found.is_right
    return replace(found, message="That is what is wrong.")


@pytest.fixture
def told(verdict, monkeypatch):
    monkeypatch.setattr(answers, "check", lambda *_, **more: verdict)
    return lambda hint: answers.checked(commands.Check(1, WRONG, "mine.py", hint))


def test_the_first_hint_says_where_and_neither_what_nor_how(told, verdict):
    mistake = verdict.mistakes[0]
    found = told(1)
    assert [set(each) for each in found.verdict["mistakes"]] == [
        {"where", "layer", "line", "sets"}
    ] * len(verdict.mistakes)
    said = json.dumps(found.verdict) + found.headline + (found.svg or "")
    assert mistake.name not in said
    assert verdict.message not in said
    assert found.headline == "Wrong."
    assert f"Look at the {mistake.where}" in found.svg
    assert f"Look at the {mistake.where}" not in told(None).svg


def test_each_hint_says_more(told, verdict):
    name = verdict.mistakes[0].name
    known = [set(told(hint).verdict["mistakes"][0]) for hint in (1, 2, 3, None)]
    assert all(one < more for one, more in pairwise(known))
    assert "name" in known[1]
    assert "formula_right" not in known[1]
    assert "formula_right" in known[2]
    whole = told(None)
    assert whole.headline == f"Wrong. {name[0].upper()}{name[1:]}."
    assert whole.verdict["message"] == verdict.message
    assert told(3).verdict["message"] == ""


def test_the_line_of_a_message_can_be_gone_to(monkeypatch, verdict):
    for message, line in (("It stops at line 4: no.", 4), ("It stops.", None)):
        said = replace(verdict, message=message)
        monkeypatch.setattr(answers, "check", lambda *_, said=said, **more: said)
        assert answers.checked(commands.Check(1, WRONG)).line == line


def test_a_convention_of_its_own_is_said_in_the_headline(monkeypatch, verdict):
    found = {"loss": "squared error", "factor": "2/m of the sum", "batch": "mean", "outputs": "sum"}
    said = replace(verdict, status="different", mistakes=(), conventions=found)
    monkeypatch.setattr(answers, "check", lambda *_, **more: said)
    assert answers.checked(commands.Check(1, WRONG)).headline == (
        "Right, in a convention of its own: the mean over the rows, without the ½."
    )


def test_a_page_is_told_of_nothing_that_only_a_terminal_has():
    found = answers.checked(commands.Check(1, "import numpy as np\n\nwhile True:\n    pass\n"))
    said = found.verdict["message"]
    assert "--" not in said
    assert "the lines outside of its functions to be done within 1 s" in said
    assert found.line == 3
