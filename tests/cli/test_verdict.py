"""What the screen says of a verdict: notes, conventions, names, and each thing once."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.checker import api
from chainrule.checker.api import check
from chainrule.checker.conventions import own_convention
from chainrule.checker.naming import listed, product
from chainrule.checker.verdict import Mistake, Verdict
from chainrule.cli.app import run
from chainrule.cli.verdict import agrees

NOTE = Mistake(
    17, "logarithm of zero", "loss", None, "The loss becomes infinite.", "It is inf.",
    "L = −log(max(a, ε))", "L = −log(a)",
)  # fmt: skip
RIGHT = Verdict("right", (NOTE,), {"factor": "1/m of the sum"}, agreement={"0.dW": 2e-16})
NET = """\
import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
rng = np.random.default_rng(6)
W1, b1, W2, b2 = rng.normal(size=(2, 3)), np.zeros(3), rng.normal(size=(3, 1)), np.zeros(1)
for step in range(1000):
    a1 = np.tanh(X @ W1 + b1)
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    loss = {loss}
    d2 = (a2 - y) * {slope}
    d1 = d2 @ W2.T * (1 - a1**2)
    W2 -= 0.1 * a1.T @ d2
    b2 -= 0.1 * d2.sum(axis=0)
    W1 -= 0.1 * {dW1}
    b1 -= 0.1 * d1.sum(axis=0)
"""


def net(loss="0.5 * ((a2 - y) ** 2).sum()", slope="a2 * (1 - a2)", dW1="X.T @ d1"):
    return NET.format(loss=loss, slope=slope, dW1=dW1)


def told(verdict, monkeypatch, capsys, *options):
    monkeypatch.setattr(api, "check", lambda *a, **k: verdict)
    assert run(["check", "my_net.py", *options]) == verdict.exit_code
    return capsys.readouterr().out


@pytest.mark.parametrize("options", [(), ("--hint", "1")])
def test_what_is_beside_a_right_gradient_is_a_note(options, monkeypatch, capsys):
    out = told(RIGHT, monkeypatch, capsys, *options)
    assert out.startswith("my_net.py: right\n")
    assert "Note: logarithm of zero" in out
    assert "1. " not in out
    assert "Mend this" not in out
    assert "The one gradients" not in out


def test_right_programs_show_the_evidence(monkeypatch, capsys):
    out = told(RIGHT, monkeypatch, capsys)
    assert "One gradient was seen, and agrees with the right one to 2e-16 (1/m of the sum)." in out
    several = Verdict("right", agreement={"0.dW": 2e-16, "0.db": 3e-9, "1.dW": None})
    assert agrees(several) == "2 of 3 gradients agree with the right ones to 3e-09."
    frozen = Verdict("right", agreement={"0.dW": 2e-16, "0.db": 1.0}, names={"0.db": "grad_b"})
    assert agrees(frozen) == ("1 of 2 gradients agree with the right ones to 2e-16; not so grad_b.")


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (("1 of the sum", "sum", "sum"), "the sum over the rows"),
        (("2/m of the sum", "mean", "sum"), "the mean over the rows, without the ½"),
        (("1/(m k) of the sum", "mean", "mean"), "the mean over the rows and the outputs"),
        (("0.37 of the sum", "sum", "sum"), "0.37 of the sum"),
    ],
)
def test_a_convention_of_its_own_is_named(factor, words, monkeypatch, capsys):
    found = {
        "loss": "squared error",
        **dict(zip(("factor", "batch", "outputs"), factor, strict=True)),
    }
    assert own_convention(found) == words
    out = told(Verdict("different", conventions=found), monkeypatch, capsys)
    assert out.startswith(f"my_net.py: right, in a convention of its own: {words}\n")


def test_half_of_four_rows_is_the_mean_without_the_half():
    """2/m and 1/2 are one number for four rows; the loss says which is meant."""
    verdict = check(net("np.mean((a2 - y) ** 2)", "a2 * (1 - a2) * 2 / 4"))
    assert (verdict.status, verdict.conventions["factor"]) == ("different", "2/m of the sum")


def test_the_loss_is_known_though_the_delta_is_wrong():
    verdict = check(net(slope="a2 * (1 + a2)"))
    assert verdict.mistakes
    assert verdict.conventions["loss"] == "squared error"


def test_a_loss_that_is_not_seen_is_told_by_the_delta():
    verdict = check(net(loss="0", slope="a2 * (1 + a2)"))
    assert verdict.conventions["loss"] == "squared error, by its delta"


def test_no_line_ends_in_a_blank(capsys):
    assert run(["check", "--gallery"]) == 0
    assert run(["check", "--gallery", "early-update"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []


def test_what_the_rows_are_is_said_once():
    verdict = check(net("0.5 * np.mean((a2 - y) ** 2)", "a2 * (1 - a2) / 4", "X.T @ d1 * 4"))
    (mistake,) = verdict.mistakes
    said = f"{mistake.sentence} {mistake.evidence} {mistake.formula_theirs}"
    assert said.count("rows of the batch") == 1
    assert "in this test" in said


def test_rounding_is_not_shown_as_a_penalty():
    text = net("0.5 * np.mean((a2 - y) ** 2) + 0.5 * lam * ((W1**2).sum() + (W2**2).sum())",
               "a2 * (1 - a2) / 4").replace("a1.T @ d2", "(a1.T @ d2 + lam * W2)")  # fmt: skip
    verdict = check(text.replace("\nfor", "\nlam = 0.01\nfor"))
    assert verdict.status == "wrong"
    assert "none of it" in verdict.mistakes[0].evidence
    assert "e-1" not in verdict.mistakes[0].evidence
    assert verdict.conventions["l2"] == 0.01
    assert verdict.names == {"0.dW": "dW1", "0.db": "db1", "1.dW": "dW2", "1.db": "db2"}
    off = verdict.agreement
    assert off["0.dW"] > 1e-3, "the one that lacks the penalty"
    assert max(off["1.dW"], off["1.db"], off["0.db"]) < 1e-9


def test_formulas_have_their_parentheses():
    assert product("da · 1 − a") == "da · (1 − a)"
    assert product("(a − y) · 1 + a²") == "(a − y) · (1 + a²)"
    for fine in ("da · a (1 − a)", "da · 1 where z > 0, else −1", "(a − y) · f′(a)", "d Wᵀ"):
        assert product(fine) == fine


def test_a_name_is_listed_once():
    assert listed(["nabla_w", "nabla_b", "nabla_w", "nabla_b"]) == "nabla_w and nabla_b"
    assert listed(["dW2", "db2", "dW1"]) == "dW2, db2 and dW1"
    assert listed(["dW1"]) == "dW1"


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        ("import sys\nn = int(sys.argv[1])\n", "Write the value into the program", "Mend this"),
        ("import numpy as np\nX = np.loadtxt('/data/x.csv')\n", "hides", "found. in"),
        ("import numpy as np\nX = np.loadtxt('x.csv')\n", "Put the file beside", "found. in"),
        ("open('../x.csv')\n", "hides", "Mend this"),
        ("x = 1\n", "--template", "0 loops"),
        ("for i in range(3):\n    x = i\n", "--template", "1 loops"),
    ],
)
def test_why_it_can_not_be_checked(text, there, not_there, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("my_net.py").write_text(text)
    assert run(["check", "my_net.py"]) > 0
    out = " ".join(capsys.readouterr().out.split())
    assert there in out
    assert not_there not in out
    assert out.count("--template") <= 1


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_ctrl_c_is_answered(options, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "check", interrupted)
    assert run(["check", "my_net.py", *options]) == 130
    shown = capsys.readouterr()
    assert "an interruption" in (shown.out if options else shown.err)
    assert bool(shown.out) == bool(options)


def test_what_was_typed_has_no_line_in_our_own_files():
    """A function without a file: the place of an error is in the function, or nowhere."""
    typed = {"__name__": "__main__"}  # as at the prompt, or from stdin
    exec(compile("def gradient(params, X, y):\n    return nothing\n", "<stdin>", "exec"), typed)
    message = check(typed["gradient"]).message
    assert message
    assert ".py" not in message
