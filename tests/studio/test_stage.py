"""What a studio does by itself goes on, whatever it meets."""

import asyncio
import threading

import pytest

from chainrule.core.errors import TaskError
from chainrule.studio import stage as module
from chainrule.studio.stage import Stage
from chainrule.view import commands
from chainrule.view.picture import View
from chainrule.view.session import Session
from tests.view.sessions import QUICK

pytestmark = pytest.mark.usefixtures("patient")


@pytest.mark.parametrize("where", ["tick", "examined"])
def test_a_surprise_is_told_and_the_task_goes_on(where, tmp_path, monkeypatch):
    """Of the look at the training, and of the doctor's visit."""
    calls = []

    def surprised(*_):
        calls.append(1)
        raise LookupError("an odd thing")

    async def go():
        stage = Stage(session)
        monkeypatch.setattr(session if where == "tick" else module, where, surprised)
        monkeypatch.setattr(module, "AGAIN", 0.01)
        monkeypatch.setattr(module, "STILL", 0.01)
        await stage.start()
        try:
            async with asyncio.timeout(20):
                while len(calls) < 2:
                    await stage.obey(commands.Step(1))  # there is something new to see
                    await asyncio.sleep(0.1)
        finally:
            await stage.stop()
        return stage.board.topics["failed"][1]

    session = Session(tmp_path)
    session.do(commands.Configure(0, QUICK))
    told = asyncio.run(go())
    assert told.got == "LookupError: an odd thing"
    assert told.called
    assert told.needs
    assert told.do


def test_a_picture_that_meets_a_surprise_is_told_in_four_parts(tmp_path, monkeypatch):
    """It is no end of the page's connection."""

    def surprised(*_):
        raise IndexError("an odd thing")

    async def go():
        stage = Stage(Session(tmp_path))
        monkeypatch.setattr(stage.session, "frame", surprised)
        try:
            with pytest.raises(TaskError, match="IndexError: an odd thing"):
                await stage.frame(View(), None)
        finally:
            await stage.stop()

    asyncio.run(go())


def test_a_command_waits_for_one_picture_at_most(tmp_path, monkeypatch):
    """However many pages want different ones."""
    begun, made, go_on = threading.Event(), [], threading.Event()

    def frame(view, _):
        begun.set()
        assert go_on.wait(10)
        made.append(view.unit)
        return b""

    async def go():
        stage = Stage(Session(tmp_path))
        monkeypatch.setattr(stage.session, "frame", frame)
        monkeypatch.setattr(stage.session, "do", lambda _: made.append("obeyed"))
        try:
            pictures = [asyncio.create_task(stage.frame(View(unit=k), None)) for k in range(4)]
            await asyncio.to_thread(begun.wait, 10)
            command = asyncio.create_task(stage.obey(commands.Step(1)))
            await asyncio.sleep(0)  # it is in the queue
            go_on.set()
            await asyncio.gather(command, *pictures)
        finally:
            await stage.stop()

    asyncio.run(go())
    assert made == [0, "obeyed", 1, 2, 3]
