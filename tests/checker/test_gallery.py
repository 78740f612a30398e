"""Every program of the gallery gets the verdict that its entry states."""

from __future__ import annotations

import ast
import json
from importlib.resources import files

import pytest

from chainrule.checker.api import check
from chainrule.checker.gallery import exhibits, find
from chainrule.checker.mistakes import table
from chainrule.cli.app import run
from chainrule.core.errors import UsageError


@pytest.mark.parametrize("name", exhibits())
def test_the_verdict_is_what_the_entry_says(name):
    exhibit = find(name)
    verdict = check(exhibit.text)
    found = tuple(mistake.id for mistake in verdict.mistakes)
    assert (verdict.status, found) == (exhibit.status, exhibit.ids), verdict.message


@pytest.mark.parametrize("name", exhibits())
def test_an_entry_is_whole(name):
    exhibit = find(name)
    assert ast.parse(exhibit.text)
    lines = exhibit.text.splitlines()
    assert {lines[number - 1].strip() for number in exhibit.lines} == set(exhibit.wrong)
    assert set(exhibit.ids) <= set(table())
    assert exhibit.story.endswith(".")
    assert exhibit.source
    assert bool(exhibit.unseen) == (not exhibit.ids), "what can't be named says why"


def test_every_file_has_an_entry():
    folder = files("chainrule.checker") / "gallery" / "programs"
    there = {path.name for path in folder.iterdir() if path.name.endswith(".py")}
    assert there == {exhibit.file for exhibit in exhibits().values()}


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="early-update"):
        find("early-updat")


def test_the_list_and_one_of_them(capsys):
    assert run(["check", "--gallery"]) == 0
    said = capsys.readouterr().out
    for exhibit in exhibits().values():
        assert exhibit.name in said
        assert exhibit.title in said
    assert run(["check", "--gallery", "always-sigmoid"]) == 0
    said = capsys.readouterr().out
    (marked,) = [line for line in said.splitlines() if line.startswith("✗")]
    assert marked.split(maxsplit=2)[1:] == ["27", "d1 = d2 @ self.W2.T * self.h * (1 - self.h)"]
    assert "slope of another activation, hidden delta of layer 1" in said


def test_for_machines(capsys):
    assert run(["check", "--gallery", "--json"]) == 0
    programs = json.loads(capsys.readouterr().out)["programs"]
    assert [each["name"] for each in programs] == list(exhibits())
    assert {"name", "title", "ids", "file", "lines"} <= set(programs[0])
