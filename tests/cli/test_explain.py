"""chainrule explain, as a person and as a program use it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from chainrule import Data, Network, RunWriter, Spec, Training, fit
from chainrule.cli.app import run
from chainrule.cli.explain_screen import plain
from chainrule.trace.story import one_number
from chainrule.trace.walk import Trace
from tests.trace.steps import problem_step


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def xor(capsys):
    """A run of 50 steps, one row each."""
    assert run(["train", "xor", "--steps", "50", "--run", "x.chainrule", "--pictures", "none"]) == 0
    capsys.readouterr()
    return "x.chainrule"


def said(capsys, *arguments, code=0):
    assert run(["explain", *arguments]) == code
    return capsys.readouterr()


def answer(capsys, *arguments, code=0):
    out = said(capsys, *arguments, "--json", code=code).out
    assert out.count("\n") == 1
    return json.loads(out)


def test_mazur_whole(capsys):
    out = said(capsys, "mazur").out
    assert "dw5 = 0.a[0,0] · 1.dz[0,0]\n" in out
    assert "= 0.5932699921071872 · 0.13849856162855698\n" in out
    assert "w5.next = w5 − learning_rate · dw5\n" in out
    assert "= 0.35891647971788465 " in out
    assert "4 figures of the source are wrong\n" in out
    assert "already updated" in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_a_source_s_name_and_its_address_are_one(capsys):
    assert answer(capsys, "mazur", "--of", "w5") == answer(capsys, "mazur", "--of", "1.W[0,0]")


def test_json(capsys):
    found = answer(capsys, "mazur", "--of", "w5")
    assert (found["schema"], found["command"], found["source"]) == (1, "explain", "mazur")
    assert (found["step"], found["of"], found["root"]) == (1, "1.W.next[0,0]", "1.W.next[0,0]")
    assert found["nodes"][found["root"]]["letters"] == "w5 − learning_rate · dw5"
    whole = answer(capsys, "mazur")
    assert whole["of"] is None
    assert whole["chapters"]
    assert json.loads(said(capsys, "mazur", "--format", "json").out) == whole


def test_a_run_s_step(xor, capsys):
    last, fortieth = answer(capsys, xor, "--of", "0.W[0,0]"), answer(capsys, xor, "--step", "40")
    assert (last["step"], fortieth["step"]) == (50, 40)
    assert run(["info", xor, "--of", "0.W[0,0]", "--step", "50", "--json"]) == 0
    assert last["nodes"][last["root"]]["value"] == json.loads(capsys.readouterr().out)["value"]
    named = answer(capsys, xor, "--of", "step 40: 0.W[0,0]")
    key = named["root"]
    assert named["step"] == 40
    assert named["nodes"][key]["value"] == fortieth["nodes"][key]["value"]


def test_a_sample(capsys):
    whole = answer(capsys, "circles", "--of", "2.dW[0,0]")
    alone = answer(capsys, "circles", "--of", "2.dW[0,0]", "--sample", "7")
    one, all_ = alone["nodes"]["2.dW[0,0]"], whole["nodes"]["2.dW[0,0]"]
    assert one["parts"] == ["1.a[7,0]", "2.dz[7,0]"]
    assert one["rest"]["count"] == 499
    assert one["value"] == all_["value"]


@pytest.mark.parametrize(
    ("name", "start"),
    [("m.md", "# Step 1"), ("m.html", "<!doctype html>"), ("m.json", "{"), ("m.txt", "Step 1")],
)
def test_files(name, start, capsys, folder):
    assert said(capsys, "mazur", "--output", name).out == ""
    assert (folder / name).read_text(encoding="utf-8").startswith(start)
    assert "a path that is free" in said(capsys, "mazur", "--output", name, code=2).err
    said(capsys, "mazur", "--output", name, "--force", "--quiet")


@pytest.mark.parametrize("kind", ["markdown", "html"])
def test_formats_on_stdout(kind, capsys):
    out = said(capsys, "mazur", "--of", "w5", "--format", kind).out
    assert ("```math" in out) == (kind == "markdown")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x.chainrule", "--step", "51"], "a step from 1 to 50"),
        (["x.chainrule", "--step", "0"], "a step from 1 to 50"),
        (["mazur", "--step", "10001"], "a step from 1 to 10000"),
        (["x.chainrule", "--of", "3.W"], "The nearest: "),
        (["x.chainrule", "--of", "0.W[9,9]"], "0.W[1,1]"),
        (["x.chainrule", "--sample", "3"], "a row of this step's batch: 1"),
        (["x.chainrule", "--format", "pdf"], "terminal, markdown, html, json"),
        (["x.chainrule", "--json", "--format", "html"], "one format"),
        (["x.chainrule", "--depth", "2"], "--of with it"),
        (["x.chainrule", "--depth", "0", "--of", "loss"], "from 1 up"),
        (["x.chainrule", "--step", "3", "--of", "step 4: loss"], "one step"),
        (["nowhere"], "a run file, or the name of a problem"),
        (["nowhere.chainrule"], "a run file"),
        (["text.chainrule"], "a file of another kind"),
        ([], "a run file, or the name of a problem"),
    ],
)
def test_what_is_refused(arguments, words, xor, folder, capsys):
    (folder / "text.chainrule").write_text("no run", encoding="utf-8")
    shown = said(capsys, *arguments, code=2)
    assert words in shown.err + shown.out
    assert "Traceback" not in shown.err


def test_a_run_without_its_data(capsys, folder):
    x = np.random.default_rng(0).normal(size=(8, 2))
    data = Data.from_arrays(x, x[:, :1], task="numbers")
    network = Network.start(Spec.chain([2, 1], "identity"), seed=0)
    training = Training(steps=3)
    with RunWriter.create("bare.chainrule", network, data, training, hold_data=False) as writer:
        fit(network, data, training, run=writer)
    assert "does not hold it" in said(capsys, "bare.chainrule", code=2).err


def test_a_long_tree_says_how_to_go_on():
    page = one_number(Trace(problem_step("circles")), "0.W[0,0]", "w", most=12)
    text = plain(page)
    assert '--of "' in text
    assert "as above" in plain(one_number(Trace(problem_step("mazur")), "1.W[0,0]", "w"))


def test_on_the_screen_a_long_explanation_stops_early(capsys):
    """Two levels of formulas; what is short is told down to the data."""
    lines = said(capsys, "circles", "--of", "0.W[0,0]").out.splitlines()
    assert len(lines) < 45
    assert "--depth 3 goes further" in lines[2]
    assert '--of "0.dz[36,0]" goes on' in "".join(lines)
    assert len(said(capsys, "circles", "--of", "0.W").out.splitlines()) < 60
    further = said(capsys, "circles", "--of", "0.W[0,0]", "--depth", "3").out
    assert "0.dz[36,0] = 0.da[36,0] · 0.slope[36,0]" in further
    assert len(further.splitlines()) > len(lines) + 10
    assert "goes on" not in said(capsys, "mazur", "--of", "w5").out
    one = said(capsys, "mazur", "--of", "w5", "--depth", "1").out
    assert "dw5 = 0.a" not in one
    page = said(capsys, "circles", "--of", "0.W[0,0]", "--format", "markdown").out
    assert "60 nearest" in page, "a page goes as far as before"


def test_the_ending_of_a_file_says_what_it_is(capsys, folder):
    assert ".html, .htm, .md" in said(capsys, "mazur", "--output", "a.pdf", code=2).err
    assert "'no ending'" in said(capsys, "mazur", "--output", "page", code=2).err
    assert not list(folder.iterdir())
    assert "plain text" in said(capsys, "mazur", "--output", "a.txt").err
    assert "plain text" not in said(capsys, "mazur", "--output", "a.pdf", "--format", "html").err
