"""The table of known mistakes: whole, well-formed, and fit to be said to somebody."""

from __future__ import annotations

import ast
import string
from dataclasses import asdict

import pytest

from chainrule.checker.mistakes import KnownMistake, table

ROWS = list(table().values())
PLACES = [
    "forward", "loss", "output delta", "hidden delta", "weight gradient", "bias gradient",
    "update", "data", "start", "loop",
]  # fmt: skip
FORMS = {"gradient function", "update function", "object", "functions", "script", "numbers"}
FILLED = {
    "layer": "layer 2", "W": "W2", "b": "b2", "dW": "dW2", "db": "db2", "d": "d2",
    "f": "sigmoid", "factor": "7 = the number of rows",
}  # fmt: skip
each_row = pytest.mark.parametrize("row", ROWS, ids=[f"{row.id}-{row.name}" for row in ROWS])


def test_the_numbers_of_the_catalogue_are_all_there_in_order():
    assert list(table()) == [row.id for row in ROWS] == list(range(1, 91))


def test_places_are_known_and_stand_together():
    places = [row.where for row in ROWS]
    assert sorted(places, key=PLACES.index) == places
    assert set(places) == set(PLACES)


def test_names_are_short_and_differ():
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 50


def test_most_rows_can_be_shown():
    assert sum(bool(row.forms) for row in ROWS) >= 60


@each_row
def test_texts_are_there_and_their_names_in_braces_are_known(row):
    for field, value in asdict(row).items():
        if isinstance(value, str):
            assert value.strip(), field
        if field in ("sentence", "why", "right", "wrong"):
            named = {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}
            assert named <= set(FILLED), field
        elif field in ("name", "numbers", "see", "source"):
            assert "{" not in value, field


@each_row
def test_sentences_are_short_whether_filled_or_not(row):
    for text in (row.sentence, row.why):
        for said in (text, text.format(**FILLED)):
            assert said.endswith(".")
            assert len(said) < 220
    assert len(row.sentence) < 200
    assert not row.sentence.startswith("{layer}")  # nobody has to find the capital


@each_row
def test_right_and_wrong_differ_and_are_python(row):
    assert row.right != row.wrong
    ways = [ast.dump(ast.parse(code)) for code in (row.code_right, row.code_wrong)]
    assert ways[0] != ways[1]
    for code in (row.code_right, row.code_wrong):
        lines = code.strip().splitlines()
        assert 1 <= len(lines) <= 5
        assert max(map(len, lines)) <= 88


@each_row
def test_forms_and_frequency_are_known(row):
    assert set(row.forms) <= FORMS
    assert len(set(row.forms)) == len(row.forms)
    assert row.frequency in ("+", "++", "+++")


def test_a_mistake_that_others_speak_of_exists():
    spoken = {
        int(word.strip(").:,;"))
        for row in ROWS
        for before, word in zip(row.numbers.split(), row.numbers.split()[1:], strict=False)
        if before.strip("(") == "mistake"
    }
    assert spoken
    assert spoken <= set(table())


def test_what_is_kept_is_frozen():
    row = ROWS[0]
    assert isinstance(row, KnownMistake)
    with pytest.raises(AttributeError):
        row.name = "another"
