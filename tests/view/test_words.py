"""What the headline says is true of every way a run can stand."""

import pytest

from chainrule import RunFile
from chainrule.view import commands as c
from chainrule.view import messages, words
from tests.view.sessions import QUICK, head, played

GOOD, POOR = (98, 100), (40, 100)
BY = {"losses": {"train": 0.004, "test": 0.006}, "metrics": {}}


def said(right=GOOD, *, common=0.5, at=3, **how):
    """Of 100 test points, at step 3 by default."""
    step = how.get("step", 3)
    found = words.Measured(
        **BY, right={"train": (5, 5), "test": right}, common=common,
        at={"train": step, "test": at if step == 3 else step},
    )  # fmt: skip
    usual = {"state": "paused", "step": 3, "live": True, "ended": None, "classes": 2}
    headline = words.headline(found, **{**usual, **how})
    return headline.removesuffix(f": {right[0]} of {right[1]} test points right.")


@pytest.mark.parametrize(
    ("how", "good", "poor"),
    [
        ({"state": "playing"}, "Learning", "Learning"),
        ({"state": "paused"}, "Paused", "Paused"),
        ({"state": "ended", "ended": "target"}, "Learned", "Goal met"),
        ({"state": "ended", "ended": "finished"}, "Learned", "Out of steps, and not learned yet"),
        (
            {"state": "ended", "ended": "no improvement"},
            "Learned, and no better any more", "No better any more, and not learned",
        ),
        ({"state": "broken"}, "Stopped by a fault", "Stopped by a fault"),
        ({"state": "playing", "target": 0.005}, "Learned", "Learning"),
        ({"state": "paused", "target": 0.005}, "Learned", "Paused"),
        ({"state": "paused", "target": 0.003}, "Paused", "Paused"),
        ({"state": "paused", "live": False}, "In the past, at step 3", "In the past, at step 3"),
        ({"state": "playing", "at": 2}, "Learning, at step 2", "Learning, at step 2"),
        (
            {"state": "ended", "ended": "finished", "at": 2},
            "Learned, at step 2", "Out of steps, and not learned yet, at step 2",
        ),
        ({"live": False, "at": 2}, "In the past, at step 2", "In the past, at step 2"),
        ({"state": "ready", "step": 0, "classes": 0}, "Not trained yet", "Not trained yet"),
    ],
)  # fmt: skip
def test_the_headline_says_how_a_run_stands(how, good, poor):
    assert said(GOOD, **how) == good
    assert said(POOR, **how) == poor


def test_numbers_that_are_none_are_no_fault_of_the_machine():
    told = said(state="broken", ended="not finite")
    assert told == "Stopped: the numbers grew until they were no numbers."


def test_who_always_says_the_same_has_learned_nothing():
    ended = {"state": "ended", "ended": "finished"}
    assert said((95, 100), common=0.5, **ended) == "Learned"
    assert said((95, 100), common=0.95, **ended).startswith("Out of steps")
    assert said((96, 100), common=0.95, **ended).startswith("Out of steps")
    assert said((98, 100), common=0.95, **ended) == "Learned"


def test_as_good_as_chance_is_said_at_the_start_alone():
    assert said((50, 100), step=0) == (
        "Not trained yet: 50 of 100 test points right, as good as a coin."
    )
    assert said((34, 100), step=0, classes=3).endswith("right, as good as a guess.")
    assert said((50, 100)) == "Paused"


def test_numbers_are_told_by_their_distance_from_the_truth():
    how = {"step": 3, "live": True, "classes": 0}
    near = words.Measured({"test": 0.1}, {}, {"mae": 0.125, "r2": 0.95}, {"test": 3})
    far = near._replace(metrics={"mae": 0.5, "r2": 0.2})
    ended = {"state": "ended", "ended": "finished"}
    assert words.headline(near, **how, **ended) == "Learned: answers are off by 0.125 on average."
    assert words.headline(far, **how, **ended) == (
        "Out of steps, and not learned yet: answers are off by 0.5 on average."
    )
    told = words.headline(near, **how, **ended, columns=("Periode_s",))
    assert told == "Learned: Periode_s is off by 0.125 on average."
    assert ": y₁ is off" in words.headline(near, **how, **ended, columns=("y1",))
    assert ": answers are off" in words.headline(near, **how, **ended, columns=("a", "b"))
    long = words.headline(near, **how, **ended, columns=("a" * 30 + "b" * 30,))
    assert f": {'a' * 19}…{'b' * 20} is off" in long
    assert words.headline(words.Measured({}, {}, {}, {}), **how, state="playing", ended=None) == (
        "Learning."
    )


def test_a_sentence_names_the_part_that_it_is_about():
    right = {"train": (9, 9), "validation": (4, 5)}
    found = words.Measured({"train": 0.1, "validation": 0.2}, right, {}, {})
    how = {"state": "playing", "step": 3, "live": True, "ended": None, "classes": 2}
    assert words.headline(found, **how) == "Learning: 4 of 5 validation points right."


@pytest.mark.parametrize(
    ("settings", "begin"),
    [
        ({"epochs": 1, "learning_rate": 1e-6}, "Out of steps, and not learned yet: "),
        ({"epochs": 5000, "learning_rate": 1e-6, "stop_below": 0.9}, "Goal met: "),
        ({"epochs": 5000, "learning_rate": 30.0, "optimizer": "sgd", "patience": 1},
         "No better any more, and not "),
        ({"learning_rate": 1e4, "optimizer": "sgd", "loss": "squared", "hidden": [[3, "relu"]],
          "output": "identity"}, "Stopped: the numbers grew"),
    ],
)  # fmt: skip
def test_a_run_that_learned_nothing_does_not_say_so(session, settings, begin):
    session.do(c.Configure(1, {**QUICK, "stop_below": None, **settings}, whole=True))
    played(session)
    assert head(session).headline.startswith(begin)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("target", "The error is below 0.005, the goal: it stopped. Play goes on."),
        ("finished", "All 2,000 planned steps are made: it stopped. Play goes on."),
        ("no improvement", "No better for long: it stopped. Step 1,200 was its best."),
        ("interrupted", ""),
    ],
)
def test_why_it_stopped_is_said_in_a_sentence(reason, said):
    assert words.ending(reason, step=1200, total=2000, target=0.005).startswith(said)
    assert bool(words.ending(reason, step=1200, total=2000, target=0.005)) == bool(said)


def test_where_patience_ran_out_the_best_step_is_named_and_not_taken_for_the_shown_one(session):
    noisy = {"noise": 0.6, "hidden": [[30, "tanh"]], "learning_rate": 0.5, "epochs": 4000}
    session.do(c.Configure(1, {**QUICK, **noisy, "patience": 20}, whole=True))
    played(session)
    said = [news for news in session.take_news() if isinstance(news, messages.Session)][-1]
    with RunFile(session.line.path) as run:
        best = run.ended["step"]
    assert 0 < best < session.step
    assert said.why == f"No better for long: it stopped. Step {best} was its best. Play goes on."
    assert said.branches[0].ended == f"no improvement any more; step {best} was the best"
