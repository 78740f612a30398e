"""Which mistake gives this figure?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chainrule.checker.figures import example, numbers, step, variants
from chainrule.core.errors import UsageError

SEEDS = json.loads((Path(__file__).parents[1] / "seeds.json").read_text())["mazur"]


def test_the_published_figure_comes_from_weights_updated_too_early():
    verdict = numbers(str(SEEDS["published_but_wrong"]["E_after_1"]))
    assert verdict.status == "wrong"
    assert [mistake.id for mistake in verdict.mistakes] == [39]


@pytest.mark.parametrize("digits", [9, 12, 17])
def test_right_figures_are_right(digits):
    for figure in (
        SEEDS["first_step"]["E"],
        SEEDS["after_1"]["E"],
        SEEDS["first_step"]["delta_o"][0],
    ):
        assert numbers(f"{figure:.{digits}f}").status == "right"


def test_a_file_of_figures(tmp_path):
    file = tmp_path / "mine.csv"
    (dW,) = (v for v in SEEDS["first_step"]["dE_dW2"][:1])
    file.write_text(f'what,number\n"w5",0.35891648\n"1.dW[0,0]",{dW[0]!r}\n')
    assert numbers(str(file)).status == "right"
    file.write_text(f'"1.dW[0,0]",{-dW[0]!r}\n')
    assert numbers(str(file)).mistakes[0].id == 25


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
        found = numbers(repr(float(after)))
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


def test_few_digits_say_so():
    assert "digits" in numbers("0.7").message


def test_a_figure_of_nothing():
    assert numbers("0.123456789").status == "unknown"
