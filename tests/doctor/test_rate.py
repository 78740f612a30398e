"""What is said of the learning rate and of the length of a run leads, step by step, to one that
learns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chainrule.data.parts import Data
from chainrule.data.problems import find
from chainrule.doctor.chart import Chart
from chainrule.doctor.consequences import CAUSES, UNLESS, ordered
from chainrule.doctor.examine import chart_of, findings_of, first_state
from chainrule.doctor.findings import Finding
from chainrule.doctor.illnesses import ILLNESSES
from chainrule.doctor.line import rounded, search
from chainrule.doctor.looks import after
from chainrule.doctor.trend import trend
from chainrule.network import Network
from chainrule.spec import Conventions, Spec, Training
from chainrule.training.history import History, Point
from chainrule.training.loop import fit

CIRCLES = find("circles")


def circles(seed: int = 0, **changes: Any) -> Chart:
    """The chart of a run of circles, made here and now."""
    training = replace(CIRCLES.training, seed=seed, **changes)
    start, data = Network.start(CIRCLES.spec, seed=seed), CIRCLES.data()
    result = fit(start, data, training)
    states = [first_state(start, training), result.ended.state]
    return chart_of(CIRCLES.spec, training, data, result.history, states, result.ended.reason)


# ------------------------------------------------------------------------------------- advice


@pytest.mark.parametrize("rate", [1e-6, 1e-3, 1.0, 50.0])
def test_the_advice_leads_to_a_run_that_learns(rate, rng):
    """From far below and far above, 300 epochs, whatever the start: five consultations at most."""
    seed, asked = int(rng.integers(6)), []
    how = {"learning_rate": rate, "epochs": 300}
    for _ in range(5):
        made = circles(seed, **how)
        found = findings_of(made).findings
        if not found:
            break
        asked.append(found[0].id)
        advised = found[0].evidence
        if "suits" in advised:
            how |= {"learning_rate": advised["suits"]}
        else:
            how |= {"steps": advised["try_steps"], "epochs": None}
    assert not found, (seed, asked)
    assert made.has_arrived or rate == 1e-3, (seed, asked)  # there the advice keeps the slow rate
    assert asked[0] == ("unfinished" if rate == 1e-3 else
                        "rate_too_low" if rate < 1 else "rate_too_high")  # fmt: skip


def test_from_below_and_from_above_the_same_rate_is_advised():
    low, high = circles(learning_rate=1e-6, epochs=40), circles(learning_rate=50.0, epochs=40)
    advised = [findings_of(made).findings[0].evidence["suits"] for made in (low, high)]
    assert advised == [0.005, 0.005]


@pytest.mark.parametrize("rate", [0.025, 0.01, 0.005])
@pytest.mark.parametrize("epochs", [50, 300])
def test_a_good_rate_is_not_accused(rate, epochs):
    found = findings_of(circles(learning_rate=rate, epochs=epochs, stop_below=None)).findings
    assert found[0].id == "unfinished"
    assert not {"rate_too_high", "rate_too_low"} & {each.id for each in found}


def test_all_losses_that_are_told_are_means():
    seen = findings_of(circles(learning_rate=50.0, epochs=40)).findings[0].evidence
    assert 0.2 < seen["loss_before"] < 0.3  # of a row; the batch's sum is 500 times that
    assert seen["loss_better"] < seen["loss_before"] < seen["loss_after"] < 1


def test_an_estimate_of_how_long_it_takes():
    """The fall at the end, by epochs, and the epochs to half of a constant answer's loss."""
    made = circles(epochs=300, stop_below=None)
    finding = ILLNESSES["unfinished"].look_for(made)
    assert finding is not None
    wanted = (made.loss[-1] - made.constant / 2) / made.fell_by_epoch
    assert f"in about {float(f'{wanted:.1g}'):,.0f} more epochs" in finding.sentence
    assert finding.evidence["try_steps"] == 600


@pytest.mark.parametrize(("schedule", "said"), [
    ("constant", "chainrule resume RUN --steps 80"), ("cosine(end=0.5)", "--steps 80 in a new run"),
])  # fmt: skip
def test_nobody_is_told_to_resume_what_ends_with_its_schedule(schedule, said):
    finding = ILLNESSES["unfinished"].look_for(
        circles(epochs=20, stop_below=None, schedule=schedule)
    )
    assert finding is not None
    assert said in finding.try_this


@pytest.mark.parametrize("schedule", ["exponential(factor=0.9)", "step(every=20)", "cosine"])
def test_a_rate_that_fell_to_nothing_is_no_rate_that_was_too_high(schedule):
    assert ILLNESSES["unfinished"].look_for(circles(epochs=1000, stop_below=None)) is None
    made = circles(epochs=300, stop_below=None, schedule=schedule)
    first, *_ = findings_of(made).findings
    assert first.id == "unfinished"
    assert f"The schedule {made.training.schedule.name} took the learning rate" in first.sentence
    assert "--schedule constant" in first.try_this
    assert "resume" not in first.try_this


def test_who_is_not_told_to_train_longer():
    learnt = circles()
    assert learnt.has_arrived
    assert ILLNESSES["unfinished"].look_for(learnt) is None
    patient = circles(epochs=40, patience=2)
    assert patient.ended == "no improvement"
    assert ILLNESSES["unfinished"].look_for(patient) is None
    thrown = circles(epochs=40, learning_rate=50.0)
    assert ILLNESSES["unfinished"].look_for(thrown) is None


# --------------------------------------------------------------------------------------- line


@pytest.mark.parametrize("batch", ["sum", "mean"])
@pytest.mark.parametrize("size", [None, 6])
def test_the_line_is_made_of_real_steps(batch, size, rng):
    """The loss after one step of plain descent over all rows, at the rate that is named."""
    x = rng.normal(size=(60, 3))
    data = Data.from_arrays(x, np.sin(x[:, :1]))
    spec = Spec.chain([3, 5, 1], "tanh", last="identity", conventions=Conventions(batch=batch))
    training = Training("sgd", 1e-4, batch_size=size, steps=30)
    start = Network.start(spec, seed=0)
    made = chart_of(spec, training, data, History(), [first_state(start, training)], "interrupted")
    line = made.line
    assert line is not None
    rows = 60 if batch == "sum" else 1
    used = line.first * (1 if size is None or batch == "mean" else 6 / 60)
    stepped = after(made.looks[0].rows, used / training.learning_rate) / rows
    assert line.best == pytest.approx(stepped, rel=1e-12)
    assert line.best < line.whole < line.before
    assert line.advice == pytest.approx(line.rate / (1 if size is None else 10))


@pytest.mark.parametrize(("optimizer", "share"), [("sgd", 1), ("momentum", 0.1), ("adam", 0.1)])
def test_what_later_steps_add(optimizer, share):
    made = circles(optimizer=optimizer, epochs=5)
    assert made.line is not None
    assert made.line.rate == pytest.approx(share * made.line.first)


def test_no_line_where_nothing_moves():
    made = circles(epochs=5)
    step = made.looks[0].made
    look = replace(made.looks[0], made=step._replace(after=step.before))
    assert search(look, made.training, 500) is None
    assert rounded(0.004831) == 0.005


# -------------------------------------------------------------------------------------- trend


def told(loss: Any) -> Any:
    loss = np.asarray(loss, float)
    return trend(np.arange(1, len(loss) + 1), loss, 1.0)


def test_a_fall_is_carried_on():
    straight = told(np.linspace(2, 1, 801))
    assert straight.drops == pytest.approx([1 / 8] * 3, rel=1e-2)
    assert straight.gain == pytest.approx(1, rel=1e-2)
    assert straight.speeds_up
    halving = told(2.0 ** -np.arange(0, 8, 0.01))  # by half in each eighth
    assert halving.gain == pytest.approx(halving.drops[-1], rel=1e-2)
    assert not halving.speeds_up


def test_no_fall_is_none(rng):
    assert told(np.ones(80)).gain == 0
    assert told(np.linspace(1, 2, 80)).gain == 0
    assert told(1 + 0.01 * rng.normal(size=800)).gain < 0.08
    assert told([1, 0.5]) is None
    assert told([*np.ones(30), np.nan]) is None


# ------------------------------------------------------------------------------- consequences


def finding(name: str) -> Finding:
    return Finding(name, name, 0, {}, "", "")


def test_consequences_stand_after_what_stands_for_itself():
    told = ordered([finding(name) for name in ("rate_too_high", "saturated_units", "overfitting",
                                               "stuck")])  # fmt: skip
    assert [(each.id, each.because) for each in told] == [
        ("rate_too_high", ""), ("overfitting", ""),
        ("saturated_units", "rate_too_high"), ("stuck", "rate_too_high"),
    ]  # fmt: skip
    assert ordered([finding("stuck")])[0].because == ""


def test_more_steps_are_no_advice_at_a_wrong_rate():
    found = ordered([finding("rate_too_low"), finding("unfinished"), finding("stuck")])
    assert [each.id for each in found] == ["rate_too_low", "stuck"]


def test_causes_are_rows_of_the_table_and_go_round_in_no_circle():
    assert {*CAUSES, *UNLESS, *sum(CAUSES.values(), ())} <= set(ILLNESSES)
    for name in ILLNESSES:
        seen, left = set(), [name]
        while left:
            for cause in CAUSES.get(left.pop(), ()):
                assert cause != name
                left += [cause] * (cause not in seen)
                seen.add(cause)


def test_a_short_history_has_no_trend():
    made = circles(epochs=5)
    points = [Point(0, 0, 0.1, None, 1.0, None, None, {}, 0.0)]
    assert replace(made, history=History(points)).trend is None
    assert replace(made, history=History()).fell_by_epoch == 0
