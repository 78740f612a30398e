"""Who trains which branch: the training process, and what it tells about the line it has open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from chainrule.core.errors import ChainruleError, TaskError
from chainrule.training.history import Point
from chainrule.view import opening
from chainrule.view.course import Ended
from chainrule.view.line import Line
from chainrule.view.messages import News
from chainrule.view.ring import Snapshot
from chainrule.view.trainer import Told, Trainer, lost

ENDLESS = float("inf")


class Driver:
    """`go`, `halt`, and `hear` now and then. `tell` hears of new points of a line's curve."""

    def __init__(self, tell: Callable[[News], None]) -> None:
        self.trainer, self.tell = Trainer(), tell
        self.line: Line | None = None  # whose file the process has open
        self.running = False
        self.goes = 0  # the number of the newest one
        self.trained: list[Path] = []  # the run files it had open, the newest last

    def start(self) -> None:
        self.trainer.start()

    def go(
        self, line: Line, folder: Path, *, until: float = ENDLESS, pace: float | None = None
    ) -> None:
        """Train on from the line's newest state; one that came to its end gets a new length."""
        if self.line is not line or line.ended is not None or not self.trainer.is_alive:
            self._open(line, folder)
        self.goes += 1
        self.trainer.tell("go", until, pace, self.goes)
        self.running = True

    def hurry(self, pace: float | None) -> None:
        if self.running:
            self.trainer.tell("hurry", pace)

    def halt(self) -> None:
        """Stand still with all saved; a step that takes long is thrown away."""
        if self.running:
            self.trainer.tell("pause")
            while self.running:  # an older go may just have come to its end, too
                self.wait("stands")

    def save(self) -> None:
        """Let the run file hold the newest state."""
        if self.line is not None:
            self.trainer.tell("save")
            self.wait("saved", "stands")

    def leave(self, line: Line | None = None) -> None:
        """Close that line's file, or whichever is open."""
        if self.line is not None and line in (None, self.line):
            self.halt()
            if self.trainer.is_alive:
                self.trainer.tell("close")
                self.wait("closed")  # and so is all that was told of this line
            self.line = None

    def close(self) -> None:
        self.trainer.close()

    def newest(self) -> Snapshot | None:
        return self.trainer.newest()

    def hear(self) -> None:
        """Take in all that was told; raise what went wrong."""
        self._take(self.trainer.all_heard())

    def wait(self, *kinds: str) -> None:
        self._take(self.trainer.wait_for(*kinds))

    def settle(self, seconds: float) -> None:
        """Wait for it to stand still, but no longer."""
        until = monotonic() + seconds
        while self.running and (left := until - monotonic()) > 0:
            self._take(self.trainer.heard_within(left))

    def _open(self, line: Line, folder: Path) -> None:
        self.leave()
        self.hear()
        path = line.path or line.create(folder)
        self.trained = [*(each for each in self.trained if each != path), path]
        again = line.ended is not None
        self.trainer.open(path, line.setup.spec, longer=again)
        self.line, line.ended = line, None
        self.wait("opened")
        self.trainer.attached()

    # ------------------------------------------------------------------------ what is told

    def _take(self, told: list[Told]) -> None:
        error: ChainruleError | None = None
        for what, *more in told:
            found = HEARD[what](self, *more)
            error = error or found
        if error is not None:
            raise error

    def _opened(self, step: int, total: int) -> None:
        if self.line is not None:
            self.line.head = self.line.saved = step
            self.line.total = total

    def _points(self, points: list[tuple[Any, ...]]) -> None:
        """New ones: those a resumed run repeats are there already."""
        line = self.line
        if line is None:
            return
        last = line.points[-1].step if line.points else -1
        fresh = [Point._make(point) for point in points if point[0] > last]
        first = len(line.points)
        line.points += fresh
        if fresh:
            self.tell(line.curve(first))

    def _stands(self, step: int, number: int) -> None:
        if number == self.goes:
            self.running = False
        if self.line is not None:
            self.line.head = self.line.saved = step

    def _saved(self, step: int) -> None:
        if self.line is not None:
            self.line.saved = step
            self.line.head = max(self.line.head, step)

    def _ended(self, reason: str, step: int, why: str) -> None:
        if self.line is not None:
            self.line.ended = Ended(reason, step, why)

    def _failed(self, error: dict[str, str]) -> ChainruleError | None:
        """It could not go on: the file stays as it was saved last.

        Of a line that was left already it is no news: what halted was saved before.
        """
        if self.line is None:
            return None
        self._forget()
        return TaskError(**error)

    def _closed(self) -> None:
        pass

    def _lost(self) -> ChainruleError | None:
        if self.line is None:
            return None
        self._forget()
        return lost()

    def _forget(self) -> None:
        """What the file holds is what there is."""
        line, self.line, self.running = self.line, None, False
        if self.trainer.is_alive:
            self.trainer.tell("close")
            self.trainer.wait_for("closed")  # what it says before is of this line, and too late
        if line is not None and line.path is not None:
            line.close()
            opening.refresh(line)
            self.tell(line.curve())


HEARD: dict[str, Callable[..., ChainruleError | None]] = {
    "opened": Driver._opened, "points": Driver._points, "stands": Driver._stands,
    "ended": Driver._ended, "saved": Driver._saved, "failed": Driver._failed,
    "closed": Driver._closed, "lost": Driver._lost,
}  # fmt: skip
