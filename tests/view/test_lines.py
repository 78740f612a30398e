"""A branch's own beginning, and a curve of more points than are sent."""

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.training.history import Point
from chainrule.view import branches, line
from chainrule.view import commands as c
from chainrule.view.line import Line
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up
from tests.helpers import same_bits
from tests.view.sessions import QUICK

pytestmark = pytest.mark.usefixtures("patient")


def test_where_it_leaves_its_parent_a_branch_has_its_own_memory(session):
    session.do(c.Configure(1, {"optimizer": "momentum"}))
    session.do(c.Step(1, 6))
    parent = session.shown_state()
    session.do(c.Branch(1, 6, {"optimizer": "adam"}))
    session.do(c.Step(1, 2))
    session.do(c.Seek(1, 6))
    found = session.shown_state()
    assert same_bits(found.params, parent.params)
    assert set(found.memory) != set(parent.memory)
    assert session.moment(6, None).made.t == 7  # the step that leads on is the branch's own
    session.do(c.Seek(1, 5))
    assert set(session.shown_state().memory) == set(parent.memory)


def test_a_branch_keeps_the_falls_of_the_rate(session):
    session.do(c.Configure(1, {"schedule": "on_plateau(patience=1)", "learning_rate": 3.0,
                               "optimizer": "sgd"}))  # fmt: skip
    session.do(c.Step(1, 40))
    falls = session.shown_state().control["falls"]
    assert falls
    end = session.moment(40, None).made.learning_rate
    session.do(c.Branch(1, 40, {"l2": 0.001}))
    assert session.shown_state().control["falls"] == falls
    assert session.moment(40, None).made.learning_rate == end < 3.0


def test_a_branch_at_the_fork_of_another_is_that_one_s(session):
    """Two futures from one state: what is different is told beside the branch it was begun on."""
    session.do(c.Step(1, 10))
    session.do(c.Branch(1, 6, {"learning_rate": 0.1}))
    session.do(c.Step(1, 2))
    session.do(c.Branch(1, 6, {"learning_rate": 0.1, "l2": 0.1}))
    assert (session.line.parent.name, session.line.fork, session.line.says) == ("B", 6, "l2 0.1")
    told = {each.name: (each.parent, each.step, each.head) for each in (
        line.state_message() for line in session.lines.values()
    )}  # fmt: skip
    assert told == {"A": (None, 0, 10), "B": ("A", 6, 8), "C": ("B", 6, 6)}


def test_only_so_many_branches_are_kept(session):
    session.do(c.Step(1, 2))
    for _ in range(branches.MOST - 1):
        session.do(c.Branch(1, 1))
    with pytest.raises(UsageError, match="at most 8 branches"):
        session.do(c.Branch(1, 1))
    assert len(session.lines) == branches.MOST


# ------------------------------------------------------------------------------------ the curve


def long_line(losses):
    made = Line("A", set_up(Chosen.of(QUICK), Kept()))
    made.points = [
        Point(3 * k, 0, 0.1, None, loss, None, 2 * loss, {}, 0.0) for k, loss in enumerate(losses)
    ]
    return made


def test_of_a_long_curve_the_ends_the_best_and_the_worst_are_kept(monkeypatch):
    monkeypatch.setattr(line, "MOST", 40)
    losses = np.random.default_rng(3).random(1000)
    losses[503], losses[777] = -5.0, 9.0
    found = long_line(losses.tolist()).curve()
    assert found.thinned
    assert (found.first, found.next) == (0, 1000)  # what is counted are all of them
    assert len(found.step) <= 40
    assert list(found.step) == sorted(set(found.step))
    assert (found.step[0], found.step[-1]) == (0, 3 * 999)
    assert {3 * 503, 3 * 777} <= set(found.step)
    for step, train, test in zip(found.step, found.train, found.test, strict=True):
        assert (train, test) == (losses[step // 3], 2 * losses[step // 3])
    rest = long_line(losses.tolist()).curve(980)
    assert (rest.first, rest.next, rest.thinned, len(rest.step)) == (980, 1000, False, 20)


def test_the_swing_is_that_of_the_part_that_is_judged():
    made = long_line([0.5, 0.25, 0.75])
    made.points = [each._replace(step=k, validation=7.0) for k, each in enumerate(made.points)]
    found = made.curve()
    assert (found.low[-1], found.high[-1]) == (0.5, 1.5)  # of the test part
    made.points = [each._replace(test=None) for each in made.points]
    assert made.curve().high[-1] == 7.0
