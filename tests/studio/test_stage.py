"""What a studio does by itself goes on, whatever it meets."""

import asyncio

import pytest

from chainrule.studio import stage as module
from chainrule.studio.stage import Stage
from chainrule.view import commands
from chainrule.view.session import Session
from tests.view.sessions import QUICK


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
