"""When a run stops, and how often it is looked at: pure functions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule import Training
from chainrule.training.stopping import history_spacing, judge


def judged(losses, *, part="validation", **how):
    """The remembered control and the reason after a row of losses, one an epoch."""
    control, reason = {}, None
    for epoch, loss in enumerate(losses):
        other = {"train": 99.0, "test": 0.0} if part == "validation" else {"test": 0.0}
        seen = {**other, part: loss}
        control, reason = judge(control, Training(epochs=9, **how), 10 * epoch, epoch, seen)
        if reason:
            return control, reason, epoch
    return control, reason, None


@pytest.mark.parametrize("part", ["validation", "train"])
def test_the_target(part):
    assert judged([0.5, 0.2, 0.1], part=part, stop_below=0.15)[1:] == ("target", 2)
    assert judged([0.5, 0.2, 0.1], part=part, stop_below=0.1)[1:] == (None, None)  # not below


def test_the_target_is_judged_on_validation_and_never_on_the_test():
    training = Training(epochs=9, stop_below=0.1)
    for losses, reason in [
        ({"train": 0.0, "validation": 0.5, "test": 0.0}, None),
        ({"train": 0.5, "validation": 0.0, "test": 0.5}, "target"),
        ({"train": 0.5, "test": 0.0}, None),
        ({"train": 0.0, "test": 0.5}, "target"),
    ]:
        assert judge({}, training, 0, 0, losses)[1] == reason


@pytest.mark.parametrize("part", ["validation", "train"])
def test_patience_counts_epochs_since_the_best(part):
    losses = [0.5, 0.4, 0.6, 0.3, 0.3, 0.31, 0.32]
    control, reason, epoch = judged(losses, part=part, patience=2)
    assert (reason, epoch) == ("no improvement", 5)
    assert control == {"best": 0.3, "best_step": 30, "best_epoch": 3}
    assert judged(losses, part=part, patience=4)[1] is None
    assert judged(losses, part=part, patience=1)[2] == 2


def test_without_rules_the_best_is_remembered_all_the_same():
    assert judged([3.0, 1.0, 2.0])[0] == {"best": 1.0, "best_step": 10, "best_epoch": 1}


def test_what_is_remembered_is_not_changed_in_place():
    before = {"best": 1.0, "best_step": 10, "best_epoch": 1}
    kept = dict(before)
    judge(before, Training(epochs=1), 20, 2, {"train": 0.5})
    assert before == kept


def test_a_start_that_is_not_a_number_is_not_the_best_for_ever():
    control, _, _ = judged([math.nan, math.nan, 0.5, 0.7])
    assert control == {"best": 0.5, "best_step": 20, "best_epoch": 2}
    assert judged([math.inf, 0.5])[0]["best"] == 0.5
    assert judged([0.5, math.nan, 0.4])[0]["best"] == 0.4


@given(epochs=st.integers(1, 10**15), per_epoch=st.integers(1, 10**6))
def test_at_most_a_thousand_points(epochs, per_epoch):
    spacing = history_spacing(epochs * per_epoch, per_epoch)
    n, rest = divmod(spacing, per_epoch)
    assert rest == 0
    assert str(n).rstrip("0") in ("1", "2", "5")
    assert epochs / n <= 1000
    if n > 1:
        assert epochs / n > 1000 / 2.5  # the next finer one would be too many
    else:
        assert epochs <= 1000


@pytest.mark.parametrize(
    ("patience", "spacing"),
    [(None, 1000), (1, 1), (3, 1), (4, 1), (9, 2), (400, 100), (9999, 1000)],
)
def test_four_looks_within_the_patience(patience, spacing):
    """Else a patience of 10 epochs would be judged by points that are 1,000 epochs apart."""
    assert history_spacing(10**6 * 7, 7, patience) == 7 * spacing


@given(total=st.integers(1, 10**9), per_epoch=st.integers(1, 10**5))
def test_at_most_a_thousand_points_for_steps_that_are_no_whole_epochs(total, per_epoch):
    spacing = history_spacing(total, per_epoch)
    assert spacing % per_epoch == 0
    assert total // spacing + 2 <= 1002  # the start, and an end that is no multiple
