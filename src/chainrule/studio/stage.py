"""Between one session and many pages: one hand works on the session, all others wait for it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, TypeVar

from chainrule.core.errors import ChainruleError, TaskError
from chainrule.studio.board import Board
from chainrule.view import commands, messages
from chainrule.view.answers import answer, checked
from chainrule.view.picture import View
from chainrule.view.refusals import failed
from chainrule.view.session import MOVES, Session
from chainrule.view.surgery import examined

FRAMES = 60  # looks at the training a second, while a page wants frames
BUDGET = 600  # frames a second for all pages together
STILL = 0.25  # seconds between two looks while nothing moves
DOCTOR = 3.0  # seconds between two visits while it trains
AGAIN = 5.0  # seconds after which a task that met a surprise goes on
CHECKS = 1  # programs that are checked at once
Given = TypeVar("Given")


class Stage:
    """What routes and pages talk to."""

    def __init__(self, session: Session) -> None:
        self.session, self.board = session, Board()
        self.hand = ThreadPoolExecutor(1, "session")
        self.wakes: set[asyncio.Event] = set()  # of the pages: set whenever something moved
        self.watchers = 0  # pages that want frames
        self._version = -1
        self._painting: dict[Any, asyncio.Task[bytes]] = {}
        self._easel = asyncio.Lock()  # one picture at a time: a command waits for no second one
        self._checks = asyncio.Semaphore(CHECKS)
        self._tasks: list[asyncio.Task[None]] = []
        self._visited: dict[str, Any] = {}  # branch → the state the doctor has seen, and its end

    async def start(self) -> None:
        self.board.post([*self.session.everything(), *self.session.take_news()])
        self._tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._visit())]
        await self.by_hand(self.session.driver.start)

    async def stop(self) -> None:
        """All that runs is ended, and all that was trained is saved."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self.hand, self.session.close)
        self.hand.shutdown(wait=True)

    async def by_hand(self, work: Callable[..., Given], *more: Any) -> Given:
        """Work on the session, one piece after the other; what it says goes on the board."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.hand, work, *more)
        finally:
            news = self.session.take_news()
            self.board.post(news)
            if news or self.session.version != self._version:
                self._version = self.session.version
                self.wake()

    def wake(self) -> None:
        for each in self.wakes:
            each.set()

    async def obey(
        self, command: commands.Command, stop: threading.Event | None = None
    ) -> messages.News:
        """The answer to a command, or the error in four parts. stop: of a program's check."""
        try:
            if type(command) in MOVES:
                await self.by_hand(self.session.do, command)
                return messages.Done(command.id, self.session.step)
            if isinstance(command, commands.Check):
                return await self._check(command, stop or threading.Event())
            return await self.by_hand(answer, self.session, command)
        except ChainruleError as error:
            return failed(error, command.id)
        except Exception as error:
            if "CHAINRULE_TRACEBACK" in os.environ:
                raise
            return failed(_surprise(command.message(), error), command.id)

    async def _check(self, command: commands.Check, stop: threading.Event) -> messages.News:
        async with self._checks:
            try:
                return await asyncio.to_thread(checked, command, stop)
            except asyncio.CancelledError:
                stop.set()  # who asked is gone
                raise

    @property
    def version(self) -> int:
        return self.session.version

    @property
    def spacing(self) -> float:
        """Seconds between two frames of one page: the more pages, the fewer for each."""
        return max(1 / FRAMES, self.watchers / BUDGET)

    async def frame(self, view: View, compare: str | None) -> bytes:
        """The newest picture; pages that want the same one share it."""
        key = (view, compare, self.version)
        task = self._painting.get(key)
        if task is None:
            task = asyncio.create_task(self._painted(view, compare))
            self._painting[key] = task
            task.add_done_callback(lambda _: self._painting.pop(key, None))
        return await asyncio.shield(task)

    async def _painted(self, view: View, compare: str | None) -> bytes:
        async with self._easel:
            try:
                return await self.by_hand(self.session.frame, view, compare)
            except ChainruleError:
                raise
            except Exception as error:
                if "CHAINRULE_TRACEBACK" in os.environ:
                    raise
                raise _surprise("a picture", error) from error

    async def _watch(self) -> None:
        """Look what the training does: as often as frames can be shown, or now and then."""
        while True:
            began = monotonic()
            try:
                await self.by_hand(self.session.tick)
            except Exception as error:
                await self._tell("look at the training", error)
            fast = self.session.playing and self.watchers > 0
            await asyncio.sleep(max(0.002, (1 / FRAMES if fast else STILL) - monotonic() + began))

    async def _visit(self) -> None:
        """The doctor's line of the shown branch, whenever there is something new to see.

        While it trains now and then, else once nobody has moved for a moment: a visit takes the
        time of a few pictures, and who clicks shall not wait for it.
        """
        before = -1
        while True:
            calm, before = self.session.playing or self.version == before, self.version
            if calm:
                try:
                    await self._visit_shown()
                except Exception as error:
                    await self._tell("the doctor's visit", error)
            await asyncio.sleep(DOCTOR if self.session.playing else 2 * STILL)

    async def _visit_shown(self) -> None:
        line, step = self.session.line, self.session.line.saved
        key, path, seen = f"{self.session.id} {line.name}", line.path, (step, line.ended)
        if path is None or self._visited.get(key) == seen:
            return
        self._visited = {key: seen}
        found = await asyncio.to_thread(examined, line.name, path, step)
        if found is not None and self.session.lines.get(line.name) is line:
            self.board.post([found])
            self.wake()

    async def _tell(self, what: str, error: Exception) -> None:
        """What a task met that nobody waits for; it goes on after a while."""
        known = error if isinstance(error, ChainruleError) else _surprise(what, error)
        self.board.post([failed(known, None)])
        self.wake()
        await asyncio.sleep(0.0 if known is error else AGAIN)


def _surprise(what: str, error: Exception) -> TaskError:
    return TaskError(
        what, "no surprises", f"{type(error).__name__}: {error}", "This is a mistake in chainrule."
    )
