"""Moves of a session that would show a person the wrong branch, the wrong step, or lose a file."""

from time import monotonic

import pytest

from chainrule import RunFile
from chainrule.core.errors import ChainruleError, UsageError
from chainrule.view import commands as c
from chainrule.view import easel, frame, messages, passing, telling
from chainrule.view import session as module
from chainrule.view.course import Ended
from chainrule.view.ring import Snapshot
from chainrule.view.session import Session
from tests.view.sessions import QUICK, SMALL, head, picture, played

pytestmark = pytest.mark.usefixtures("patient")

ENDLESS = {"epochs": 10**6}
EARLY = {**QUICK, "stop_below": 10.0}  # below that at the first look


@pytest.fixture
def clock(monkeypatch):
    """The session's own time, to be moved by hand."""
    now = [1000.0]
    for each in (passing, module):
        monkeypatch.setattr(each, "monotonic", lambda: now[0])
    return now


def playing(session, settings=ENDLESS, until=20):
    session.do(c.Configure(1, settings))
    session.do(c.Speed(1, "fast"))
    session.do(c.Play(1))
    end = monotonic() + 20
    while session.line.head < until:
        assert monotonic() < end
        session.tick()
    return session


def at_three_branches(session):
    """A up to 10, B from 6 up to 9, C from 4; B is shown at 9."""
    session.do(c.Step(1, 10))
    session.do(c.Branch(1, 6, {"learning_rate": 0.1}))
    session.do(c.Step(1, 3))
    session.do(c.Show(1, "A"))
    session.do(c.Branch(1, 4, {"l2": 0.1}))
    session.do(c.Show(1, "B"))
    session.do(c.Seek(1, 9))
    return session


def until_told(session):
    end = monotonic() + 10
    while monotonic() < end:
        session.tick()


@pytest.mark.parametrize("step", [-1, 11])
def test_a_state_that_was_not_reached_is_refused(session, step):
    session.do(c.Step(1, 10))
    session.do(c.Seek(1, 4))
    with pytest.raises(UsageError, match="from 0 to 10"):
        session.do(c.Seek(1, step))
    assert session.step == 4


def test_another_branch_is_shown_at_the_same_step_as_far_as_it_got(session):
    at_three_branches(session)
    session.do(c.Seek(1, 7))
    session.do(c.Show(1, "A"))
    assert (session.line.name, session.step) == ("A", 7)
    session.do(c.Seek(1, 10))
    session.do(c.Show(1, "B"))
    assert session.step == 9


def test_dropping_another_branch_moves_nobody(session):
    at_three_branches(session)
    session.do(c.Drop(1, "C"))
    assert (session.line.name, session.step) == ("B", 9)
    session.do(c.Drop(1, "B"))
    assert (session.line.name, session.step) == ("A", 9)


def test_run_files_that_are_left_are_closed(session, tmp_path):
    session.do(c.Step(1, 5))
    session.do(c.Branch(1, 3, {"l2": 0.1}))
    session.do(c.Step(1, 2))
    first, second = session.lines.values()
    for step in (2, 4):
        session.do(c.Seek(1, step))
        session.shown_state()
    assert first._file is not None
    assert second._file is not None
    assert session.driver.line is second
    session.do(c.Drop(1, "B"))
    assert second._file is None
    assert session.driver.line is None  # nor has the training process it open
    session.do(c.Configure(1, {"seed": 3}))
    assert first._file is None
    other = Session(tmp_path)
    other.do(c.Configure(1, QUICK))
    other.do(c.Step(1, 2))
    other.do(c.Seek(1, 1))
    other.shown_state()
    assert other.line._file is not None
    other.close()
    assert other.line._file is None


def test_the_past_is_repeated_at_its_pace_and_from_where_the_pace_was_changed(session, clock):
    session.do(c.Configure(1, ENDLESS))
    session.do(c.Step(1, 500))
    session.do(c.Seek(1, 100))
    session.do(c.Speed(1, "fast"))
    session.do(c.Play(1))
    clock[0] += 1.0
    session.tick()
    assert session.step == 200  # all 500 take five seconds
    session.do(c.Speed(1, "fast"))
    clock[0] += 0.5
    session.tick()
    assert session.step == 250
    session.do(c.Pause(1))


def test_a_run_that_ended_early_is_repeated_to_its_end_and_no_further(session, clock):
    session.do(c.Configure(1, EARLY, whole=True))
    played(session)
    assert session.line.ended.reason == "target"
    end, total = session.line.head, session.line.total
    assert 0 < end < total
    session.do(c.Seek(1, 0))
    session.do(c.Play(1))
    clock[0] += 1e6
    session.tick()
    assert (session.step, session.mode, session.state) == (end, "still", "ended")
    assert (session.line.head, session.line.total) == (end, total)


def test_play_after_an_early_end_goes_on_with_twice_the_length(session):
    session.do(c.Configure(1, EARLY, whole=True))
    end, total = played(session).line.head, session.line.total
    played(session)
    assert session.line.head > end
    assert session.line.total == 2 * total


def test_a_step_back_ends_steps_that_take_long(session, monkeypatch):
    monkeypatch.setattr(module, "MOMENT", 0.0)
    session.do(c.Configure(1, ENDLESS))
    session.do(c.Step(1, 1000))
    assert session.playing
    session.do(c.Step(1, -1))
    assert not session.playing
    assert session.step == max(0, session.line.head - 1)


def test_after_a_loss_it_stands_where_the_file_does_and_plays_again(session):
    playing(session, until=200)
    session.driver.save()  # else on a busy machine nothing may have been when it dies
    saved = session.line.saved
    session.driver.trainer.process.kill()
    with pytest.raises(ChainruleError, match="process"):
        until_told(session)
    assert session.step == session.line.head == session.line.saved >= saved >= 200
    assert head(session).step == session.step  # and that state can be drawn
    assert session.state == "broken"
    assert session.take_news()[-1].why.endswith("What was saved is kept.")
    session.do(c.Play(1))
    assert session.state == "playing"
    session.do(c.Pause(1))
    assert session.state == "paused"  # as far as it got


def test_an_opened_run_s_branches_keep_their_names(session):
    session.do(c.Step(1, 5))
    session.do(c.Branch(1, 3, {"l2": 0.1}))
    session.do(c.Step(1, 1))
    session.do(c.Open(1, session.line.path.name))
    held = dict(session.lines)
    assert list(held) == ["A", "B"]
    session.do(c.Branch(1, 3, {"l2": 0.2}))
    assert list(session.lines) == ["A", "B", "C"]
    assert all(session.lines[name] is line for name, line in held.items())


def test_what_can_t_be_drawn_changes_nothing(session, monkeypatch):
    session.do(c.Step(1, 3))
    before, known = session.id, picture(session)
    with monkeypatch.context() as patch:
        patch.setattr(easel, "Painter", _refuses)
        with pytest.raises(UsageError, match="a picture"):
            session.do(c.Configure(1, {"seed": 9}))
    assert (session.id, session.step, picture(session)) == (before, 3, known)
    session.do(c.Step(1))
    assert session.step == 4


def _refuses(_):
    raise UsageError("data", "a picture", "none", "Choose others.")


@pytest.mark.parametrize("move", [c.Show(1, "B"), c.Branch(1, 5, {"l2": 0.1}), c.Seek(1, 5)])
def test_whoever_looks_elsewhere_pauses_the_training_and_loses_no_step(session, move):
    session.do(c.Configure(1, ENDLESS))
    session.do(c.Step(1, 10))
    session.do(c.Branch(1, 5, {"learning_rate": 0.1}))
    session.do(c.Show(1, "A"))
    first = session.line
    session.do(c.Play(1))
    while first.head < 15:
        session.tick()
    session.do(move)
    assert not session.playing
    assert not session.driver.running
    assert first.saved == first.head >= 15


def test_a_new_branch_s_curve_is_told(session):
    session.do(c.Step(1, 5))
    session.take_news()
    session.do(c.Branch(1, 3, {"l2": 0.1}))
    told = [news.branch for news in session.take_news() if isinstance(news, messages.Curve)]
    assert "B" in told


def test_a_picture_that_comes_late_takes_no_step_back(session, monkeypatch):
    session.do(c.Step(1, 5))
    params = session.shown_state().params
    monkeypatch.setattr(session, "mode", "training")
    monkeypatch.setattr(session.driver, "running", True)
    monkeypatch.setattr(session.driver, "newest", lambda: Snapshot(1, 4, params))
    session.tick()
    assert session.line.head == session.step == 5


def test_the_past_of_a_run_that_broke_is_the_past(session, monkeypatch):
    session.do(c.Step(1, 5))
    monkeypatch.setattr(session.line, "ended", Ended("not finite", 2, "it grew"))
    assert head(session).headline.startswith("Stopped")
    session.do(c.Seek(1, 2))
    assert head(session).headline.startswith("In the past, at step 2")


def test_the_error_of_one_part_is_not_that_of_another(session):
    session.do(c.Step(1, 5))
    losses = session.line.points[-1]
    for part in ("train", "test", "train"):
        found = session.moment(5, None, part).trace.node("loss").value
        assert found == pytest.approx(getattr(losses, part))
    assert losses.train != losses.test


def test_a_branch_that_has_not_got_so_far_is_not_compared(session):
    session.do(c.Step(1, 10))
    session.do(c.Branch(1, 4, {"l2": 0.1}))
    session.do(c.Step(1, 2))
    session.do(c.Show(1, "A"))
    found = []
    for step in (6, 7):
        session.do(c.Seek(1, step))
        found.append("compare" in frame.from_bytes(picture(session, compare="B"))[1])
    assert found == [True, False]


def test_z_comes_before_aa():
    assert sorted(["AA", "Z", "B", "AB"], key=easel._alphabetical) == ["B", "Z", "AA", "AB"]


def test_what_the_training_showed_last_is_not_taken_for_another_state(session):
    session.do(c.Step(1, 5))
    params = session.shown_state().params
    session.easel.take(session.line, Snapshot(1, 5, {n: 0 * theta for n, theta in params.items()}))
    for step in (4, 5):
        about = (session.id, session.line, step, "playing", 10**6 + step, True)
        arrays = frame.from_bytes(session.easel.frame(easel.Shown(*about), SMALL, None))[1]
        assert arrays["0.W"].any() == (step == 4)


def test_it_is_told_where_it_stands(session):
    assert not telling.session(session).resumable
    session.do(c.Step(1, 5))
    session.do(c.Seek(1, 2))
    told = telling.session(session)
    assert (told.step, told.head, told.resumable) == (2, 5, True)
    assert head(session).epoch == 2 / 5  # 40 rows in batches of 8


@pytest.mark.parametrize(
    ("data", "outputs"),
    [("circles", ["inside"]), ("iris", ["setosa", "versicolor", "virginica"]), ("sine", ["y"])],
)
def test_outputs_are_called_what_they_are_the_share_of(session, data, outputs):
    session.do(c.Configure(1, {"data": data}, whole=True))
    assert list(telling.network(session).outputs) == outputs


def test_the_curve_is_that_of_the_file(session):
    played(session)
    with RunFile(session.line.path) as run:
        held = [(point.step, point.train, point.test) for point in run.history()]
    assert [(point.step, point.train, point.test) for point in session.line.points] == held
