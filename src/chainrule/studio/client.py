"""One page at the other end of a WebSocket: what it says is obeyed, what it can take is sent."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

import chainrule
from chainrule.core.errors import ChainruleError
from chainrule.studio.board import Known
from chainrule.studio.stage import Stage
from chainrule.view import commands, messages, wire
from chainrule.view.picture import View
from chainrule.view.refusals import failed

SCHEMA = 1
ALIVE = 0.5  # seconds between two signs of life
STUCK = 30.0  # seconds after which a page that takes nothing is given up
WAITING = 32  # answers that may wait for a page
CHECKS = 2  # of a page: one that ends, and the next one; a third holds the page up
BAD = 20  # commands nobody understands, after which the connection is closed
FAST, BURST = 200.0, 400.0  # commands a second, and how many at once
GONE = (WebSocketDisconnect, RuntimeError, TimeoutError, OSError)
SIDES, SMALL = (16, 256), (8, 100)


class Page:
    """`await Page(stage, socket).serve()` for as long as it is there."""

    def __init__(self, stage: Stage, socket: WebSocket) -> None:
        self.stage, self.socket = stage, socket
        self.known = Known()
        self.answers: deque[messages.News] = deque()
        self.wake = asyncio.Event()
        self.view, self.rate = View(), 0.0
        self.compare: str | None = None
        self.is_greeted = False
        self.sent_frame: Any = None  # what the last frame was of
        self.next_frame = 0.0
        self.heard_alive = 0.0
        self.checks: dict[asyncio.Task[messages.News], threading.Event] = {}  # of this page's
        self.bad = 0
        self.allowance, self.counted = BURST, monotonic()

    async def serve(self) -> None:
        await self.socket.accept()
        self.stage.wakes.add(self.wake)
        tasks = [asyncio.create_task(each) for each in (self._listen(), self._talk())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with suppress(*GONE):
                    task.result()
        finally:
            self.stage.wakes.discard(self.wake)
            self._watch(0)
            tasks += self.checks  # type: ignore[arg-type]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()

    async def _close(self) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            with suppress(*GONE):
                async with asyncio.timeout(1):
                    await self.socket.close(1008)

    # ----------------------------------------------------------------------------- what it says

    async def _listen(self) -> None:
        while self.bad < BAD:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect" or message.get("text") is None:
                return
            await self._slow_down()
            while len(self.answers) >= WAITING:  # it asks faster than it takes answers
                self.wake.set()
                await asyncio.sleep(0.01)
            await self._take(message["text"])

    async def _take(self, text: str) -> None:
        """One after the other; but a program that is checked holds nothing else up."""
        try:
            command: Any = wire.read(text, commands.COMMANDS)
        except ChainruleError as error:
            self.bad += 1
            self._put(failed(error, None))
            return
        if isinstance(command, commands.Check) and len(self.checks) < CHECKS:
            stop = threading.Event()
            check = asyncio.create_task(self.stage.obey(command, stop))
            self.checks[check] = stop
            check.add_done_callback(self._checked)
        else:
            self._put(await self._answer(command))

    def _put(self, answer: messages.News) -> None:
        self.answers.append(answer)
        self.wake.set()

    def _checked(self, check: asyncio.Task[messages.News]) -> None:
        self.checks.pop(check)
        if not check.cancelled():
            self._put(check.result())

    async def _answer(self, command: commands.Command) -> messages.News:
        if isinstance(command, commands.Hello):
            return self._greet(command)
        if isinstance(command, commands.Look):
            return self._look(command)
        if isinstance(command, commands.StopCheck):
            for stop in self.checks.values():
                stop.set()
            return messages.Done(command.id, self.stage.session.step)
        return await self.stage.obey(command)

    def _greet(self, hello: commands.Hello) -> messages.News:
        """What the page holds of this session it need not hear again."""
        board, self.known = self.stage.board, Known()
        if hello.session == board.session:
            self.known.session = board.session
            self.known.points = {
                name: count for name, count in hello.have.items()
                if name in board.curves and 0 < count <= board.curves[name].next
            }  # fmt: skip
        self.is_greeted, self.sent_frame = True, None
        self._watch(60)
        return messages.Welcome(hello.id, board.session, chainrule.__version__, SCHEMA)

    def _look(self, look: commands.Look) -> messages.News:
        side, small = _within(look.side, SIDES), _within(look.small, SMALL)
        self.view = View(
            look.layer, look.unit, look.gradients, side, small, look.sample, look.part
        )  # fmt: skip
        self.compare = look.compare
        self._watch(_within(look.rate, (0, 60)))
        self.sent_frame = None
        return messages.Done(look.id, self.stage.session.step)

    def _watch(self, rate: float) -> None:
        self.stage.watchers += (rate > 0) - (self.rate > 0)
        self.rate = rate

    async def _slow_down(self) -> None:
        """Many commands at once are taken, endlessly many are not."""
        now = monotonic()
        self.allowance = min(BURST, self.allowance + FAST * (now - self.counted)) - 1
        self.counted = now
        if self.allowance < 0:
            await asyncio.sleep(-self.allowance / FAST)

    # ---------------------------------------------------------------------------- what it hears

    async def _talk(self) -> None:
        """Answers first, then the newest news, then the newest picture: never a queue of them."""
        while True:
            await self._sleep()
            await self._words()
            if self.is_greeted:
                await self._picture()

    async def _words(self) -> None:
        while self.answers:
            await self._send(self.answers.popleft())
        if self.is_greeted:
            await self._news()
            await self._sign_of_life()

    async def _news(self) -> None:
        for news in self.stage.board.since(self.known):
            await self._send(news)

    async def _sign_of_life(self) -> None:
        if monotonic() - self.heard_alive < ALIVE:
            return
        self.heard_alive = monotonic()
        session = self.stage.session
        await self._send(messages.Alive(session.step, session.line.head, session.state))

    async def _sleep(self) -> None:
        wanted = (self.view, self.compare, self.stage.version)
        until = self.heard_alive + ALIVE if self.is_greeted else monotonic() + ALIVE
        if self.rate and self.is_greeted and wanted != self.sent_frame:
            until = min(until, self.next_frame)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, until - monotonic())):
                await self.wake.wait()
        self.wake.clear()

    async def _picture(self) -> None:
        wanted = (self.view, self.compare, self.stage.version)
        if not self.rate or wanted == self.sent_frame or monotonic() < self.next_frame:
            return
        self.next_frame = monotonic() + max(1 / self.rate, self.stage.spacing)
        self.sent_frame = wanted
        try:
            content = await self._painted()
        except ChainruleError as error:
            await self._send(failed(error, None))
            return
        await self._news()  # of a session that began meanwhile: its picture would be nobody's
        async with asyncio.timeout(STUCK):
            await self.socket.send_bytes(content)

    async def _painted(self) -> bytes:
        """The picture; however long it takes, answers and signs of life don't wait for it."""
        task = asyncio.create_task(self.stage.frame(self.view, self.compare))
        task.add_done_callback(lambda _: self.wake.set())
        try:
            while not task.done():
                with suppress(TimeoutError):
                    async with asyncio.timeout(ALIVE):
                        await self.wake.wait()
                self.wake.clear()
                await self._words()
            return task.result()
        finally:
            task.cancel()

    async def _send(self, news: messages.News) -> None:
        async with asyncio.timeout(STUCK):
            await self.socket.send_text(news.to_text())


def _within(value: int, ends: tuple[int, int]) -> int:
    return min(max(value, ends[0]), ends[1])
