"""Every schedule of the table: by its formula, by hand, and that it goes where it says."""

import math

import pytest

from chainrule.core.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InverseScaling,
    Moment,
    OnPlateau,
    StepDown,
    WarmUp,
    ends_with_the_run,
    plateau_in,
)
from tests.formulas import evaluate, pieces
from tests.helpers import EPS, refused

START = Moment(1, 0, 0.0)
# Each row with default and other settings; a moment, and the factor there: by hand.
BY_HAND = [
    (Constant(), Moment(77, 7, 0.5, 3), 1.0),
    (StepDown(), Moment(1, 99, 0.5), 1.0),
    (StepDown(), Moment(1, 100, 0.5), 0.5),
    (StepDown(3, 0.1), Moment(1, 8, 0.5), 0.01),
    (Exponential(), Moment(1, 2, 0.5), 0.9801),
    (Exponential(0.5), Moment(99, 3, 0.5), 0.125),
    (InverseScaling(), Moment(16, 0, 0.5), 0.25),
    (InverseScaling(1.0), Moment(10, 0, 0.5), 0.1),
    (Cosine(), Moment(1, 0, 0.5), 0.5),
    (Cosine(0.1), Moment(1, 0, 1 / 3), 0.1 + 0.9 * 0.75),
    (OnPlateau(), Moment(1, 50, 0.5, 2), 0.25),
    (OnPlateau(0.1, 5), Moment(1, 50, 0.5, 1), 0.1),
    (WarmUp(), Moment(25, 0, 0.5), 0.25),
    (WarmUp(4), Moment(5, 0, 0.5), 1.0),
    (WarmUp(4, Cosine()), Moment(3, 0, 0.5), 0.375),
    (WarmUp(4, "exponential(factor=0.5)"), Moment(9, 2, 0.5), 0.25),
]


def test_every_row_stands_under_its_name_and_is_tested():
    assert all(row.name == name for name, row in SCHEDULES.items())
    assert {row.name for row, _, _ in BY_HAND} == set(SCHEDULES)
    assert all(any(row == default() for row, _, _ in BY_HAND) for default in SCHEDULES.values())


@pytest.mark.parametrize(("row", "moment", "factor"), BY_HAND, ids=repr)
def test_by_hand(row, moment, factor):
    assert row.at(moment) == pytest.approx(factor, rel=8 * EPS["float64"])  # a power, a cosine


@pytest.mark.parametrize(("row", "moment"), [(row, moment) for row, moment, _ in BY_HAND], ids=repr)
def test_docstring(row, moment):
    names = {**row.settings(), **moment._asdict()}
    if isinstance(row, WarmUp):
        names["then"] = row.then.at(moment)
    formula = pieces(row.__doc__)[0]
    assert row.at(moment) == pytest.approx(evaluate(formula, names), rel=8 * EPS["float64"])


@pytest.mark.parametrize("row", [row() for row in SCHEDULES.values()], ids=repr)
def test_it_starts_at_1_at_most_and_never_rises_again(row):
    course = [row.at(Moment(t, t - 1, (t - 1) / 400, (t - 1) // 90)) for t in range(1, 401)]
    assert all(isinstance(factor, float) for factor in course)
    top = course.index(max(course))
    assert course[: top + 1] == sorted(course[: top + 1])
    assert course[top:] == sorted(course[top:], reverse=True)
    assert max(course) == pytest.approx(1, rel=0 if top == 0 else 1e-15)
    assert min(course) >= 0


def test_cosine_comes_to_its_end():
    steps = 1000
    last = Cosine(0.2).at(Moment(steps, 0, (steps - 1) / steps))
    assert last == pytest.approx(0.2, abs=(math.pi / steps) ** 2)  # 1 + cos(π − h) < h² / 2


def test_far_epochs_do_not_overflow():
    far = Moment(10**9, 10**9, 0.999, 10**6)
    for row in SCHEDULES.values():
        assert 0 <= row().at(far) <= 1


def test_what_ends_with_the_run():
    ends = [name for name, row in SCHEDULES.items() if ends_with_the_run(row())]
    assert ends == ["cosine"]
    assert ends_with_the_run(WarmUp(then=Cosine()))


def test_what_is_too_large_is_infinite_and_its_inverse_is_0():
    far = Moment(10**9, 10**9, 0.999, 10**6)
    for row in (StepDown(factor=2), Exponential(1.5), OnPlateau(3)):
        assert row.at(far) == math.inf
    assert InverseScaling(400).at(far) == 0


def test_the_plateau_is_found_within_a_warm_up():
    row = OnPlateau(patience=3)
    assert plateau_in(row) is row
    assert plateau_in(WarmUp(5, WarmUp(3, row))) is row
    assert plateau_in(WarmUp(5)) is None
    assert plateau_in(Cosine()) is None


@pytest.mark.parametrize("make", [
    lambda: StepDown(0), lambda: StepDown(factor=0), lambda: Exponential(-1),
    lambda: InverseScaling(-0.5), lambda: Cosine(-0.1), lambda: OnPlateau(patience=0),
    lambda: OnPlateau(factor=0), lambda: WarmUp(0), lambda: WarmUp(then="later"),
])  # fmt: skip
def test_settings_out_of_bounds_are_refused(make):
    with refused():
        make()
