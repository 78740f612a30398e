"""One page at the other end, by itself: one that reads nothing, asks without end, or comes back."""

import asyncio
import json
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from starlette.websockets import WebSocketState

from chainrule.core.errors import UsageError
from chainrule.studio import client
from chainrule.studio.board import Board
from chainrule.studio.client import SIDES, SMALL, WAITING, Page
from chainrule.view.messages import Done, Network
from tests.studio.test_board import curve, session

GONE = {"type": "websocket.disconnect", "code": 1001}


class Wire:
    """A WebSocket: what is put into `says` is heard, what is sent is kept; or not taken at all."""

    application_state = WebSocketState.CONNECTED

    def __init__(self):
        self.says, self.sent, self.taken = asyncio.Queue(), [], 0
        self.reads = asyncio.Event()
        self.reads.set()

    async def accept(self):
        pass

    async def close(self, code):
        self.sent.append(code)

    async def receive(self):
        found = await self.says.get()
        self.taken += 1
        return found

    async def send_text(self, text):
        await self.reads.wait()
        self.sent.append(json.loads(text))

    async def send_bytes(self, content):
        await self.reads.wait()
        self.sent.append(content)

    def say(self, do, **more):
        text = json.dumps({"do": do, "id": 1, **more})
        self.says.put_nowait({"type": "websocket.receive", "text": text})

    def of(self, kind):
        return [each for each in self.sent if isinstance(each, dict) and each["is"] == kind]

    @property
    def frames(self):
        return [each for each in self.sent if isinstance(each, bytes)]


class Stage:
    """What a page needs of a stage."""

    spacing = 0.0

    def __init__(self):
        self.board, self.wakes, self.watchers, self.version = Board(), set(), 0, 1
        self.session = SimpleNamespace(step=0, line=SimpleNamespace(head=0), state="paused")
        self.begun, self.ended = 0, 0
        self.board.post([session(), curve(0, 5)])

    async def frame(self, view, compare):
        return b"a picture"

    async def obey(self, command, stop=None):
        if command.message() != "check":
            return Done(command.id, 0)
        self.begun += 1
        try:
            await asyncio.sleep(60)
        finally:
            self.ended += 1


@asynccontextmanager
async def shown():
    """A page under way; it leaves at the end."""
    stage, wire = Stage(), Wire()
    page = Page(stage, wire)
    serving = asyncio.create_task(page.serve())
    yield stage, wire, page
    wire.says.put_nowait(GONE)
    async with asyncio.timeout(5):
        await serving


async def until(holds):
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)


def test_what_a_page_holds_of_another_session_counts_for_nothing():
    async def go():
        async with shown() as (_, wire, _):
            wire.say("hello", session="another", have={"A": 3})
            await until(lambda: wire.of("curve"))
            assert wire.of("curve")[0]["first"] == 0
        async with shown() as (_, wire, _):
            wire.say("hello", session="one", have={"A": 3})
            await until(lambda: wire.of("curve"))
            assert wire.of("curve")[0]["first"] == 3

    asyncio.run(go())


def test_who_reads_nothing_is_heard_no_more_and_given_up(monkeypatch):
    async def go():
        async with shown() as (stage, wire, page):
            wire.reads.clear()
            for _ in range(20 * WAITING):
                wire.say("play")
            await until(lambda: wire.taken > WAITING)
            await asyncio.sleep(0.1)
            assert wire.taken <= WAITING + 2
            assert len(page.answers) <= WAITING
            await until(lambda: not stage.wakes)  # given up, though it never left

    monkeypatch.setattr(client, "STUCK", 0.3)
    asyncio.run(go())


def test_many_commands_at_once_are_taken_endlessly_many_are_not(monkeypatch):
    slept, now = [], [0.0]

    async def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    async def go():
        page = Page(Stage(), Wire())
        for _ in range(int(client.BURST)):
            await page._slow_down()
        assert not slept
        for _ in range(100):
            await page._slow_down()

    monkeypatch.setattr(client, "monotonic", lambda: now[0])
    monkeypatch.setattr(client.asyncio, "sleep", sleep)
    asyncio.run(go())
    assert sum(slept) == pytest.approx(100 / client.FAST)


def test_a_page_that_left_is_not_drawn_for():
    async def go():
        async with shown() as (stage, wire, _):
            wire.say("hello")
            for rate, watchers in ((30, 1), (60, 1), (0, 0), (-5, 0), (10**9, 1)):
                wire.say("look", rate=rate)
                count = len(wire.of("done"))
                await until(lambda n=count: len(wire.of("done")) > n)
                assert stage.watchers == watchers, rate
        assert (stage.watchers, stage.wakes) == (0, set())

    asyncio.run(go())


def test_pictures_are_no_larger_and_no_more_than_is_allowed():
    async def go():
        async with shown() as (stage, wire, page):
            wire.say("hello")
            wire.say("look", rate=0, side=10**6, small=-3)
            await until(lambda: wire.of("done"))
            assert (page.view.side, page.view.small) == (SIDES[1], SMALL[0])
            before = len(wire.frames)
            stage.version += 1
            page.wake.set()
            await until(lambda: len(wire.of("alive")) > 1)
            assert len(wire.frames) == before  # it wants none
            wire.say("look", rate=1)
            for _ in range(20):
                stage.version += 1
                page.wake.set()
                await asyncio.sleep(0.01)
            assert len(wire.frames) <= before + 1

    asyncio.run(go())


def test_a_picture_that_can_t_be_is_told_and_the_page_stays():
    async def go():
        async with shown() as (stage, wire, _):
            stage.frame = _refused
            wire.say("hello")
            await until(lambda: wire.of("failed"))
            wire.say("play")
            await until(lambda: wire.of("done"))

    asyncio.run(go())


async def _refused(*_):
    raise UsageError("a picture", "a state", "none", "Press play.")


def test_answers_don_t_wait_for_a_picture():
    async def go():
        async with shown() as (stage, wire, _):
            painted = asyncio.Event()

            async def frame(*_):
                await painted.wait()
                return b"a picture"

            stage.frame = frame
            wire.say("hello")
            await until(lambda: wire.of("welcome"))
            for n in (1, 2, 3):
                wire.say("step", by=1)
                await until(lambda n=n: len(wire.of("done")) == n)
            stage.board.post([session("two")])
            next(iter(stage.wakes)).set()
            await until(lambda: [each for each in wire.of("session") if each["session"] == "two"])
            assert not wire.frames
            painted.set()
            await until(lambda: wire.frames)

    asyncio.run(go())


def test_who_greets_again_gets_the_picture_again():
    async def go():
        async with shown() as (_, wire, _):
            for n in (1, 2):
                wire.say("hello")
                await until(lambda n=n: len(wire.frames) == n)

    asyncio.run(go())


def test_no_picture_comes_before_the_news_of_its_session():
    """A page throws a picture of a session away that it has not heard of."""

    async def go():
        async with shown() as (stage, wire, _):

            async def frame(*_):
                if stage.version == 2:
                    stage.board.post([session("two"), Network((), (), (), 0, "l", None)])
                return b"%d" % stage.version

            stage.frame = frame
            wire.say("hello")
            await until(lambda: wire.frames)
            stage.version = 2  # told by another thread, before its news are
            await until(lambda: b"2" in wire.frames)
            told = next(k for k, each in enumerate(wire.sent) if each in wire.of("network"))
            assert told < wire.sent.index(b"2")

    asyncio.run(go())


def test_a_check_that_waits_for_another_holds_nothing_up_and_both_are_stopped():
    """As where one is stopped, and the next one begun before that came to its end."""

    async def go():
        async with shown() as (stage, wire, page):
            for _ in range(2):
                wire.say("check", program="x")
            await until(lambda: stage.begun == 2)
            wire.say("play")
            await until(lambda: wire.of("done"))
            stops = list(page.checks.values())
            wire.say("stop_check")
            await until(lambda: all(stop.is_set() for stop in stops))
        assert stage.ended == 2  # who leaves takes every check along

    asyncio.run(go())
