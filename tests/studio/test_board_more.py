"""Who heard of another session, or of a branch that is gone, has every point all the same."""

from chainrule.studio.board import Board, Known
from chainrule.view.messages import Curve
from tests.studio.test_board import curve, session


def curves(board, known):
    return [news for news in board.since(known) if isinstance(news, Curve)]


def test_points_of_another_session_are_no_points_of_this_one():
    board, known = Board(), Known()
    board.post([session(), curve(0, 5)])
    assert [each.next for each in curves(board, known)] == [5]
    board.post([session("two"), curve(0, 8)])
    assert [(each.first, each.next) for each in curves(board, known)] == [(0, 8)]


def test_a_branch_of_a_name_that_was_dropped_is_heard_whole():
    board, known = Board(), Known()
    board.post([session(branches="AB"), curve(0, 3), curve(0, 4, "B")])
    curves(board, known)
    board.post([session(branches="A")])
    curves(board, known)
    board.post([session(branches="AB"), curve(0, 6, "B")])
    assert [(each.branch, each.first) for each in curves(board, known)] == [("B", 0)]


def test_a_thinned_curve_replaces_one_without_points():
    board = Board()
    board.post([session(), curve(0, 0), curve(0, 8, thinned=True)])
    assert board.curves["A"].thinned
