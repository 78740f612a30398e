"""A verdict drawn: marks from the agreement, words from the first mistake, into .svg and .html."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from chainrule.checker import api
from chainrule.checker.gallery import find
from chainrule.checker.picture import page, picture
from chainrule.checker.verdict import Mistake, Verdict
from chainrule.cli.app import run
from tests.helpers import refused

MISTAKE = Mistake(
    29, "slope taken at the output", "hidden delta", 0, "In layer 1 the slope < wrong.",
    "All 35 numbers agree.", "d = da · f′(z)", "d = da · f′(a)",
)  # fmt: skip
WRONG = Verdict(
    "wrong", (MISTAKE,), form="object",
    agreement={"0.dW": 0.4, "0.db": 1.0, "1.dW": 3e-16, "1.db": None},
    shapes={"0.W": (6, 5), "0.b": (5,), "1.W": (5, 3), "1.b": (3,)},
)  # fmt: skip


def texts(svg):
    return [each.text for each in ET.fromstring(svg).iter() if each.text]


def test_every_tensor_is_marked():
    said = texts(picture(WRONG, "net.py"))
    for text in ("dW1 ✗ wrong 0.4", "db1 ○ all 0", "dW2 ✓ right 3e-16", "db2 ? not seen"):
        assert text in said
    assert "net.py: wrong" in said
    assert "In layer 1 the slope < wrong." in said
    (described,) = [text for text in said if text.startswith("dW1 is wrong, db1 is all 0, ")]
    assert described.endswith("In layer 1 the slope < wrong.")


def test_a_hint_shows_where_and_not_what():
    for made in (picture(WRONG, tells=False), page(WRONG, tells=False)):
        assert "Look at the hidden delta in layer 1." in made
        assert "slope" not in made


def test_the_verdict_stands_above_the_picture():
    (heading,) = [
        each for each in ET.fromstring(picture(WRONG, "net.py")).iter()
        if each.get("class") == "heading"
    ]  # fmt: skip
    assert heading.text == "net.py: wrong"
    assert float(heading.get("y")) < 30


def test_a_note_is_no_mistake():
    noted = dataclasses.replace(WRONG, status="right", agreement={"0.dW": 1e-16})
    made = picture(noted, "net.py")
    assert 'class="spot"' not in made
    assert 'class="spot"' in picture(WRONG, "net.py")
    assert "Note: In layer 1 the slope &lt; wrong." in made


def test_a_page_is_whole_and_asks_for_nothing():
    made = page(WRONG, "net.py")
    assert made.startswith("<!doctype html>")
    assert "d = da · f′(a)" in made
    assert "In layer 1 the slope &lt; wrong." in made
    assert made.replace("http://www.w3.org/2000/svg", "").count("http") == 0


def test_nothing_is_drawn_of_a_program_that_was_not_understood():
    with refused("a program whose network was seen", "it never ends"):
        picture(Verdict("error", message="it never ends"))


@pytest.mark.parametrize("name", ["v.svg", "v.html"])
def test_from_a_file_to_a_picture(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text(find("always-sigmoid").text)
    assert run(["check", "net.py", "--picture", name, "--quiet"]) == 1
    assert "dW1 ✗ wrong" in Path(name).read_text()
    assert "dW2 ✓ right" in Path(name).read_text()


def test_a_picture_says_where_it_is_and_replaces_nothing_unasked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text(find("always-sigmoid").text)
    assert run(["check", "net.py", "--picture", "v.svg"]) == 1
    assert "drawn: v.svg" in capsys.readouterr().err
    Path("v.svg").write_text("mine")
    assert run(["check", "net.py", "--picture", "v.svg"]) == 2
    assert "--force" in capsys.readouterr().err
    assert Path("v.svg").read_text() == "mine"
    assert run(["check", "net.py", "--picture", "v.svg", "--force"]) == 1
    assert "<svg" in Path("v.svg").read_text()


def test_no_network_no_picture_and_the_verdict_is_still_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text("x = 1\n")
    code = run(["check", "net.py", "--picture", "v.svg"])
    out, err = capsys.readouterr()
    assert code != 0
    assert out.startswith("net.py: ")
    assert "no picture" in err
    assert not Path("v.svg").exists()


def test_a_picture_is_of_a_program(capsys):
    assert run(["check", "--template", "--picture", "v.svg"]) == 2
    assert "--picture" in capsys.readouterr().err


def test_another_ending_is_refused_before_anything_runs(monkeypatch, capsys):
    monkeypatch.setattr(api, "check", lambda *a, **k: pytest.fail("it ran"))
    assert run(["check", "net.py", "--picture", "v.png"]) == 2
    assert ".svg or .html" in capsys.readouterr().err
