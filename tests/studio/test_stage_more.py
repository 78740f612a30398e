"""Between one session and many pages: who is woken, who shares a picture, whom the doctor means."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from chainrule.studio import stage as module
from chainrule.studio.stage import Stage
from chainrule.view import commands as c
from chainrule.view import frame, messages
from chainrule.view.picture import View
from chainrule.view.session import Session
from tests.view.sessions import QUICK

pytestmark = pytest.mark.usefixtures("patient")


@pytest.fixture
def stage(tmp_path):
    """One whose tasks do not run by themselves."""
    session = Session(tmp_path)
    session.do(c.Configure(0, QUICK, whole=True))
    made = Stage(session)
    made.board.post([*session.everything(), *session.take_news()])
    yield made
    session.close()
    made.hand.shutdown()


def test_pages_that_want_other_things_get_other_pictures(stage):
    async def go():
        views = [View(layer, side=16, small=8) for layer in (None, 0, 0)]
        return await asyncio.gather(*(stage.frame(view, None) for view in views))

    made = [frame.from_bytes(each)[0] for each in asyncio.run(go())]
    assert [head.layer for head in made] == [1, 0, 0]


def test_who_asks_after_a_move_gets_no_picture_of_before(stage, monkeypatch):
    begun, free = [], threading.Event()

    def painted(view, compare):
        begun.append(stage.session.version)
        free.wait(10)
        return b"%d" % begun[-1]

    monkeypatch.setattr(stage.session, "frame", painted)

    async def go():
        first = asyncio.create_task(stage.frame(View(), None))
        same = asyncio.create_task(stage.frame(View(), None))
        await asyncio.sleep(0.05)
        stage.session.version += 1
        second = asyncio.create_task(stage.frame(View(), None))
        await asyncio.sleep(0.05)
        free.set()
        return [await each for each in (first, same, second)]

    first, same, second = asyncio.run(go())
    assert first == same != second
    assert len(begun) == 2


def test_the_more_pages_the_fewer_pictures_for_each(stage):
    stage.watchers = 1
    assert stage.spacing == 1 / module.FRAMES
    stage.watchers = 1200
    assert stage.spacing == 1200 / module.BUDGET


def test_whatever_is_said_wakes_the_pages(stage):
    async def go():
        woken, other = asyncio.Event(), asyncio.Event()
        await stage.by_hand(lambda: None)
        stage.wakes |= {woken, other}
        await stage.by_hand(lambda: None)
        assert not woken.is_set()
        said = messages.Failed(None, "a", "b", "c", "d", None)
        await stage.by_hand(stage.session.news.append, said)
        assert woken.is_set()
        assert other.is_set()
        assert stage.board.topics["failed"][1] is said

    asyncio.run(go())


def test_a_surprise_is_answered_in_four_parts(stage, monkeypatch):
    def surprised(*_):
        raise LookupError("an odd thing")

    monkeypatch.setattr(module, "answer", surprised)
    found = asyncio.run(stage.obey(c.Share(7)))
    assert (found.re, found.got) == (7, "LookupError: an odd thing")
    assert all((found.called, found.needs, found.do))


# ------------------------------------------------------------------------------------ the doctor


@pytest.fixture
def visits(stage, monkeypatch):
    """The branches and steps that the doctor looked at."""
    seen = []

    def examined(branch, path, step):
        seen.append((branch, step))
        return messages.Doctor(branch, step, f"step {step}", ())

    monkeypatch.setattr(module, "examined", examined)
    return seen


def test_the_doctor_looks_once_at_each_saved_state_of_each_session(stage, visits):
    async def go():
        for _ in range(2):
            await stage.obey(c.Configure(1, QUICK, whole=True))
            await stage._visit_shown()  # nothing was trained yet
            await stage.obey(c.Step(1, 30))
            for _ in range(2):
                await stage._visit_shown()
        assert stage.board.topics["doctor A"][1].step == 30

    asyncio.run(go())
    assert visits == [("A", 30), ("A", 30)]


def test_what_the_doctor_says_of_a_network_that_is_gone_is_not_told(stage, visits, monkeypatch):
    async def go():
        await stage.obey(c.Step(1, 30))
        examined = module.examined

        def slow(*asked):
            stage.session.do(c.Configure(1, {"seed": 5}))  # meanwhile somebody starts anew
            return examined(*asked)

        monkeypatch.setattr(module, "examined", slow)
        await stage._visit_shown()
        assert visits
        assert "doctor A" not in stage.board.topics

    asyncio.run(go())


def test_the_doctor_comes_once_nobody_moves(stage, monkeypatch):
    moves, came = iter([1, 1, 0, 0, 1]), []

    async def slept(seconds):
        if not (move := next(moves, None)):
            assert seconds == 2 * module.STILL
        if move is None:
            raise asyncio.CancelledError
        stage.session.version += move

    async def visited():
        came.append(stage.version)

    monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=slept))
    monkeypatch.setattr(stage, "_visit_shown", visited)
    first = stage.version
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stage._visit())
    assert came == [first + 2, first + 2]


# ---------------------------------------------------------------------------------------- checks


def test_one_program_is_checked_at_a_time_and_who_leaves_ends_it(stage, monkeypatch):
    runs, most, stops = [0], [0], []

    def checked(command, stop):
        stops.append(stop)
        runs[0] += 1
        most[0] = max(most[0], runs[0])
        stop.wait(10)
        runs[0] -= 1
        return messages.Done(command.id, 0)

    monkeypatch.setattr(module, "checked", checked)

    async def go():
        asked = [asyncio.create_task(stage.obey(c.Check(k, "x"))) for k in range(3)]
        await asyncio.sleep(0.1)
        assert len(stops) == 1
        asked[0].cancel()
        while len(stops) < 2:
            await asyncio.sleep(0.01)
        assert stops[0].is_set()
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    asyncio.run(go())
    assert all(stop.is_set() for stop in stops)
    assert most[0] <= 2  # the one that was left may still be coming to its end
