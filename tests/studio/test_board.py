"""What pages hear: the newest of each kind, every point once, whatever they missed."""

from dataclasses import fields
from typing import get_origin, get_type_hints

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.studio.board import Board, Known
from chainrule.view.messages import Curve, Doctor, Failed, Session
from chainrule.view.parts import BranchState
from chainrule.view.refusals import failed

HINTS = get_type_hints(Curve)


def session(name="one", branches="A"):
    states = tuple(BranchState(b, None, 0, 0, 9, None, None, "") for b in branches)
    return Session(name, "t", "s", "paused", "", "A", states, 0, 0, 9, "normal", 1.0, "l", False)


def curve(first, stop, branch="A", thinned=False):
    steps = tuple(range(first, stop))
    losses = tuple(map(float, steps))
    return Curve(
        branch, first, stop, steps, losses, (), losses, (), losses, losses, losses, thinned
    )  # fmt: skip


def whole(first, stop):
    """Every column has its own numbers."""
    columns = [tuple(100 * k + step for step in range(first, stop)) for k in range(8)]
    return Curve("A", first, stop, *columns, False)


def test_a_page_that_misses_anything_hears_every_point_once():
    rng = np.random.default_rng(4)
    for _ in range(50):
        board, known, heard, count = Board(), Known(), [], 0
        board.post([session(), curve(0, 0)])
        for _ in range(rng.integers(1, 30)):
            more = int(rng.integers(0, 5))
            board.post([curve(count, count + more)])
            count += more
            if rng.random() < 0.4:
                for news in board.since(known):
                    if isinstance(news, Curve):
                        if news.first == 0:
                            heard = []
                        assert news.first == len(heard)
                        assert len(news.low) == len(news.train) == len(news.step)
                        heard += news.step
        for news in board.since(known):
            if isinstance(news, Curve):
                assert news.first in (0, len(heard))
                heard = [*heard[: news.first], *news.step]
        assert heard == list(range(count))
        assert not list(board.since(known))


@pytest.mark.parametrize("first", [0, 3, 7])
def test_every_column_of_a_curve_is_as_long_as_its_steps(first):
    """What a page heard already is cut off from all of them, and what comes joins all of them."""
    names = [each.name for each in fields(Curve) if get_origin(HINTS[each.name]) is tuple]
    assert len(names) == 8
    board, known = Board(), Known()
    board.post([session(), whole(0, first)])
    list(board.since(known))
    board.post([whole(first, 9)])
    (found,) = (n for n in board.since(known) if isinstance(n, Curve))
    assert (found.first, found.next) == (first, 9)
    for k, name in enumerate(names):
        assert getattr(found, name) == tuple(100 * k + step for step in range(first, 9)), name


def test_of_each_kind_only_the_newest_is_heard():
    board, known = Board(), Known()
    board.post([session(), session()])
    board.post([Doctor("A", 1, "old", ()), Doctor("A", 2, "new", ())])
    heard = list(board.since(known))
    assert [each.line for each in heard if isinstance(each, Doctor)] == ["new"]
    assert sum(isinstance(each, Session) for each in heard) == 1


def test_a_new_session_makes_all_that_was_old():
    board, known = Board(), Known()
    board.post([session(), curve(0, 5), Doctor("A", 5, "ill", ())])
    list(board.since(known))
    board.post([session("two"), curve(0, 1)])
    heard = list(board.since(known))
    assert [each.next for each in heard if isinstance(each, Curve)] == [1]
    assert not [each for each in heard if isinstance(each, Doctor)]


def test_a_dropped_branch_is_forgotten():
    board, known = Board(), Known()
    board.post([session(branches="AB"), curve(0, 3), curve(0, 4, "B")])
    list(board.since(known))
    board.post([session(branches="A")])
    assert list(board.curves) == ["A"]
    board.post([session(branches="AB"), curve(0, 2, "B")])
    assert [n.next for n in board.since(known) if isinstance(n, Curve)] == [2]


def test_thinned_and_replaced_curves_are_sent_whole():
    board, known = Board(), Known()
    board.post([session(), curve(0, 8, thinned=True)])
    list(board.since(known))
    board.post([curve(8, 10)])
    (found,) = (n for n in board.since(known) if isinstance(n, Curve))
    assert found.first == 0
    board.post([curve(0, 4)])  # a run that lost its last points
    (found,) = (n for n in board.since(known) if isinstance(n, Curve))
    assert (found.first, found.next) == (0, 4)


def test_an_old_failure_is_no_news_for_a_page_that_just_came():
    board = Board()
    board.post([session(), Failed(None, "a", "b", "c", "d", None)])
    assert not [n for n in board.since(Known()) if isinstance(n, Failed)]
    known = Known()
    list(board.since(known))
    board.post([Failed(None, "a", "b", "c", "e", None)])
    assert [n.do for n in board.since(known) if isinstance(n, Failed)] == ["e"]


@pytest.mark.parametrize(
    ("called", "field", "label"),
    [
        ("setting 'noise'", "noise", "Noise"), ("setting 'data' 'x'", "data", "Data"),
        ("setting 'hidden' of layer 2", "hidden", "Layer 2"), ("seek 5", None, "seek 5"),
        ("setting 'foo'", "foo", "setting 'foo'"),
    ],
)  # fmt: skip
def test_an_error_names_the_setting_it_is_about_as_the_page_does(called, field, label):
    told = failed(UsageError(called, "a", "b", "c"), 3)
    assert (told.field, told.called) == (field, label)
