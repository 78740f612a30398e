"""chainrule check, as a person and as a program use it."""

from __future__ import annotations

import dataclasses
import json
import re
import runpy
from pathlib import Path

import pytest

import chainrule
from chainrule.checker import api
from chainrule.checker.verdict import Mistake, Verdict
from chainrule.cli.app import run
from chainrule.cli.check import REDUCED, TEMPLATE
from tests.helpers import refused

RIGHT = Path(__file__).parents[2] / "docs" / "how-to" / "files" / "my_net.py"
ONE = Mistake(
    29, "slope taken at the output", "hidden delta", 0, "In layer 1, the slope is wrong.",
    "All 35 numbers agree.", "d = da · f′(z)", "d = da · f′(a)",
)  # fmt: skip
TWO = dataclasses.replace(ONE, id=11, name="not averaged", where="loss", layer=None)
WRONG = Verdict(
    "wrong", (ONE, TWO), {"batch": "mean", "activations": ["tanh", "softmax"]}, "object", 0.2, "",
    {"0.dW": 0.4, "1.dW": 3e-16, "1.db": None}, isolated=False,
    names={"0.dW": "nabla_w"},
)  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_net.py").write_text("x = 1\n")
    return tmp_path


def told(verdict, monkeypatch, capsys, *options):
    """What is printed of a verdict, and its exit code."""
    monkeypatch.setattr(api, "check", lambda *a, **k: verdict)
    code = run(["check", "my_net.py", *options])
    return capsys.readouterr().out, code


def test_a_right_program_from_file_to_exit_code(capsys):
    code = run(["check", str(RIGHT), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["command"], found["of"]) == (1, "check", str(RIGHT))
    assert set(found) >= {f.name for f in dataclasses.fields(Verdict)}
    assert found["form"] == "gradient function"
    assert code == Verdict(found["status"]).exit_code


def test_all_is_said_without_a_hint(folder, monkeypatch, capsys):
    out, code = told(WRONG, monkeypatch, capsys)
    assert code == 1
    for mistake in (ONE, TWO):
        for text in (mistake.name, mistake.sentence, mistake.evidence, mistake.formula_right):
            assert text in out
    for text in ("2 mistakes", "hidden delta of layer 1", "mean", "tanh, softmax", "not isolated"):
        assert text in out
    assert re.search(r"gradient +layer +relative difference", out)
    assert re.search(r"nabla_w +1 +0\.4 +differs", out)
    assert re.search(r"dW2 +2 +3e-16 +agrees", out)
    assert re.search(r"db2 +2 +- +not seen", out)
    assert [line for line in out.splitlines() if line != line.rstrip()] == []
    assert all(len(line) <= 100 for line in out.splitlines())


@pytest.mark.parametrize("hint", [1, 2, 3])
def test_a_hint_says_less(hint, folder, monkeypatch, capsys):
    out, code = told(WRONG, monkeypatch, capsys, "--hint", str(hint))
    assert code == 1
    assert "hidden delta of layer 1" in out
    assert (ONE.name in out) == (hint >= 2)
    assert (ONE.formula_right in out) == (hint >= 3)
    for text in (ONE.sentence, ONE.evidence, "3e-16"):
        assert text not in out
    out, code = told(WRONG, monkeypatch, capsys, "--hint", str(hint), "--json")
    found = json.loads(out)
    assert set(found["mistakes"][0]) == set(REDUCED[hint])
    assert ONE.evidence not in out
    assert not {"agreement", "message"} & set(found)
    assert found["hint"] == hint


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ("right", 0, "right"), ("different", 0, "convention"), ("wrong", 1, "wrong"),
        ("unknown", 1, "template"), ("error", 2, "can't be checked"),
    ],
)  # fmt: skip
def test_every_status_has_its_words_and_its_code(status, code, words, folder, monkeypatch, capsys):
    verdict = Verdict(status, message="" if code == 0 else "It says why.")
    out, found = told(verdict, monkeypatch, capsys)
    assert found == code
    assert words in out
    assert ("It says why." in out) == (code > 0)
    assert told(verdict, monkeypatch, capsys, "--quiet") == ("", code)


def test_a_text_of_the_program_is_no_markup_and_moves_no_cursor(folder, monkeypatch, capsys):
    out, _ = told(Verdict("unknown", message="[red]a\x1b[2J[/red] :smile:"), monkeypatch, capsys)
    assert "[red]a [2J[/red] :smile:" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "program"), (["a.py", "--template"], "and"), (["--template", "--gallery"], "and"),
        (["a.py", "--numbers", "3"], "and"), (["my_net.py", "--hint", "4"], "1, 2 or 3"),
        (["my_net.py", "--seconds", "0"], "above 0"), (["no.py"], "No such file"),
        (["."], "folder"),
        (["a\nb.py"], "No such file"), (["my_net.py", "--seconds", "nan"], "above 0"),
    ],
)  # fmt: skip
def test_what_can_not_be_asked_for_is_refused(options, words, folder, capsys):
    assert run(["check", *options]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert words in shown.err


def test_a_program_that_does_not_run_is_exit_code_2(folder, capsys):
    (folder / "my_net.py").write_text("import numpy\nx = 1 / 0\n")
    assert run(["check", "my_net.py"]) == 2
    assert "line 2" in capsys.readouterr().out


def test_the_template_is_python_and_is_no_solution(capsys):
    assert run(["check", "--template"]) == 0
    assert capsys.readouterr().out == TEMPLATE
    compile(TEMPLATE, "template", "exec")


def test_one_entry_can_be_chosen(folder):
    verdict = chainrule.check(RIGHT, entry="gradient")
    assert verdict.form == "gradient function"
    with refused("my_net.py", "'backward'", "gradient"):
        chainrule.check(RIGHT, entry="backward")


def test_a_text_and_a_function_can_be_checked(folder):
    path = chainrule.check(RIGHT)
    assert chainrule.check(RIGHT.read_text()).status == path.status
    live = chainrule.check(runpy.run_path(str(RIGHT))["gradient"])
    assert (live.form, live.isolated) == ("gradient function", False)
    assert isinstance(live, chainrule.Verdict)


def test_what_was_not_understood_is_unknown(folder):
    verdict = chainrule.check("import math\nprint(math.pi)\n")
    assert (verdict.status, verdict.exit_code) == ("unknown", 1)
    assert "--template" in verdict.message
