"""Which mistake gives this figure?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chainrule.checker.figures import numbers
from chainrule.checker.worked import example, step, variants
from chainrule.cli.app import run
from chainrule.core.errors import UsageError

SEEDS = json.loads((Path(__file__).parents[1] / "seeds.json").read_text())["mazur"]


def of(text):
    """The verdict on one figure."""
    ((_, verdict),) = numbers(text)
    return verdict


def statuses(text):
    return [verdict.status for _, verdict in numbers(text)]


def test_the_published_figure_comes_from_weights_updated_too_early():
    verdict = of(str(SEEDS["published_but_wrong"]["E_after_1"]))
    assert verdict.status == "wrong"
    assert [mistake.id for mistake in verdict.mistakes] == [39]


@pytest.mark.parametrize("digits", [9, 12, 17])
def test_right_figures_are_right(digits):
    for figure in (
        SEEDS["first_step"]["E"],
        SEEDS["after_1"]["E"],
        SEEDS["first_step"]["delta_o"][0],
    ):
        assert of(f"{figure:.{digits}f}").status == "right"


def test_a_file_of_figures(tmp_path):
    file = tmp_path / "mine.csv"
    (dW,) = (v for v in SEEDS["first_step"]["dE_dW2"][:1])
    file.write_text(f'what,number\n"w5",0.35891648\n"1.dW[0,0]",{dW[0]!r}\n')
    assert statuses(str(file)) == ["right", "right"]
    file.write_text(f'"1.dW[0,0]",{-dW[0]!r}\n')
    assert of(str(file)).mistakes[0].id == 25


def test_every_mistake_of_the_example_is_found_by_its_own_loss():
    """The loss after a step with a mistake, in full digits, names that mistake or its like."""
    made = example("mazur")
    seen = 0
    right = step(made, next(variants(made)), made.call.before)["loss.next"]
    for variant in variants(made):
        try:
            after = step(made, variant, made.call.before)["loss.next"]
        except ValueError:
            continue
        if variant.id is None or abs(after - right) < 1e-12:
            continue
        seen += 1
        found = of(repr(float(after)))
        assert found.status == "wrong", variant
        assert any(
            m.formula_theirs == variant.formula or m.id == variant.id for m in found.mistakes
        )
    assert seen > 40


@pytest.mark.parametrize("text", ["nonsense", "missing.csv"])
def test_what_is_no_number(text):
    with pytest.raises(UsageError, match=r"0\.291027924"):
        numbers(text)


def test_a_line_without_a_number(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("1.2\nabc\n")
    with pytest.raises(UsageError, match="line 2"):
        numbers(str(file))


@pytest.mark.parametrize("content", [b"", b"what,number\n", b"\xff\xfe\x00"])
def test_a_file_without_figures(content, tmp_path):
    (tmp_path / "n.csv").write_bytes(content)
    with pytest.raises(UsageError, match=r"0\.291027924"):
        numbers(str(tmp_path / "n.csv"))


def test_a_hint_holds_for_figures_too(capsys):
    assert run(["check", "--numbers", "0.291027924", "--hint", "1"]) == 1
    assert "too early" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("figure", "could_be"),
    [
        ("0.3", ["w4 (0.3)", "the loss before the step (0.298371)"]),
        ("0.01", ["the right answer y[0,0] (0.01)"]),
        ("0.36", ["w5 after the step (0.358916)"]),
        ("0.75", ["1.a[0,0] (0.751365)"]),
        ("-7", ["No right number"]),
    ],
)
def test_few_digits_are_answered_with_what_they_could_be(figure, could_be):
    verdict = of(figure)
    assert verdict.status == "unknown"
    assert "Too few digits" in verdict.message
    for words in could_be:
        assert words in verdict.message
    assert "0.59" not in of("0.5").message, "rounded figures go before those cut off"


@pytest.mark.parametrize("figure", ["0.2910277", "0.29837110", "0.35891647", "0.29102777369"])
def test_a_figure_may_be_cut_off(figure):
    verdict = of(figure)
    assert (verdict.status, "cut off" in verdict.message) == ("right", figure != "0.29102777369")
    assert of(figure[:-1] + str((int(figure[-1]) + 5) % 10)).status != "right"


def test_each_figure_has_its_own_verdict(tmp_path, capsys):
    file = tmp_path / "n.csv"
    file.write_text("1.dW[0,0],0.0821670406\n0.291027924\nw5 = 0.4\nw6:0.12345\nzz;0.4567\n")
    assert statuses(str(file)) == ["right", "wrong", "right", "unknown", "unknown"]
    assert run(["check", "--numbers", str(file)]) == 1
    out = capsys.readouterr().out
    assert "0.291027924: wrong" in out
    assert "the loss after the step of mazur\n                  is 0.291027924." in out
    assert "n.csv" not in out
    assert "w6 is 0.45, w6 after the step is 0.40866" in " ".join(out.split())
    assert "Nothing is called zz" in out
    assert run(["check", "--numbers", str(file), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [figure["status"] for figure in found["figures"]] == statuses(str(file))
    assert found["figures"][0]["of"] == "1.dW[0,0] = 0.0821670406"


def test_several_figures_on_one_line():
    assert statuses("w5=0.4, dw5: 0.082167041 0.291027924") == ["right", "right", "wrong"]
    assert statuses("1e5, 0.29837") == ["unknown", "right"]


def test_one_mistake_that_explains_all_is_the_only_one():
    made = example("mazur")
    other = next(v for v in variants(made) if v.id == 3 and "ReLU′(z)" in v.formula)
    found = step(made, other, made.call.before)
    several, sure = (repr(float(found[name].ravel()[0])) for name in ("0.dW", "1.dW"))
    assert {m.id for m in of(several).mistakes} == {3, 37}
    both = [[m.id for m in verdict.mistakes] for _, verdict in numbers(f"{several} {sure}")]
    assert both == [[3], [3]]


@pytest.mark.parametrize(
    ("figure", "ids", "right"),
    [
        ("0.291027924", [39], "the loss after the step"),
        ("0.000035085", [39], "right is 0.000035102"),
        ("0.015912196", [39], "right is 0.015913620"),
        ("0.984065734", [39], "right is 0.984064274"),
        ("0.0000351085", [], "9,999 updates"),
    ],
)
def test_the_source_s_own_wrong_figures(figure, ids, right):
    verdict = of(figure)
    assert verdict.status == "wrong"
    assert [mistake.id for mistake in verdict.mistakes] == ids
    assert right in verdict.message + "".join(mistake.evidence for mistake in verdict.mistakes)


def test_a_figure_of_nothing():
    assert of("0.123456789").status == "unknown"
