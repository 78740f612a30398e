"""One network in training, with its branches and its past: what all pages look at.

Everything here runs in one thread; the training runs in a process of its own. `do` obeys a command,
`tick` takes in what the training told, `frame` draws the shown state; news are handed out by
`take_news`.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from chainrule.core.errors import ChainruleError, UsageError
from chainrule.records import State
from chainrule.view import (
    branches,
    commands,
    messages,
    offering,
    opening,
    pace,
    passing,
    telling,
    why,
)
from chainrule.view.driver import Driver
from chainrule.view.easel import Easel, Shown
from chainrule.view.line import Line
from chainrule.view.messages import News
from chainrule.view.parts import TableInfo
from chainrule.view.picture import Painter, View
from chainrule.view.scene import Scene
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, Setup, set_up

RECENT = 1.0  # seconds between two states that are saved for a question while it trains
MOMENT = 0.5  # seconds in which single steps are waited for
CIRCLES = Chosen()
Mode = Literal["still", "training", "repeating"]
StateName = Literal["ready", "playing", "paused", "ended", "broken"]


class Session:
    """What is shown: `line` at state `step`."""

    def __init__(self, folder: Path, chosen: Chosen = CIRCLES) -> None:
        self.folder, self.kept = folder, Kept()
        self.news: deque[News] = deque()
        self.driver = Driver(self.news.append)
        self.version = 0  # counts what changes a picture
        self.speed: pace.Speed = "normal"
        self._begin(set_up(chosen, self.kept))

    def _begin(self, setup: Setup, found: opening.Opened | None = None) -> None:
        """Another network, or runs that were made: what was is saved and closed."""
        lines = found.lines if found else {"A": Line("A", setup)}
        easel = Easel(lines, self._save)
        for line in lines.values():
            easel.painter(line)  # whatever is wrong with it is said before anything is changed
        self._leave()
        self.id, self.lines, self.easel = secrets.token_hex(4), lines, easel
        self.line = found.shown if found else lines["A"]
        self.names = branches.names(set(lines))
        self.step, self.broken = self.line.head, ""
        self.offered: TableInfo | None = None  # to be chosen from on the page
        self.mode: Mode = "still"
        self.goal: int | None = None  # of steps that are being made; None: as many as there are
        self._asks_again = 0.0  # when a question is worth to be saved for
        self.since = (0.0, 0)  # when repeating began, at which state
        self.changed()

    def _leave(self) -> None:
        """A failure to save the last steps of what is left must not keep one there."""
        try:
            self.driver.leave()
        except ChainruleError as error:
            self.news.append(messages.Failed(None, **error.to_json(), field=None))
        for line in getattr(self, "lines", {}).values():
            line.close()

    def close(self) -> None:
        """Save all and end the training process."""
        self.driver.close()
        for line in self.lines.values():
            line.close()

    # ------------------------------------------------------------------------------ what it is

    @property
    def setup(self) -> Setup:
        return self.line.setup

    @property
    def painter(self) -> Painter:
        return self.easel.painter(self.line)

    @property
    def scene(self) -> Scene:
        return self.painter.scene

    @property
    def playing(self) -> bool:
        return self.mode != "still"

    @property
    def is_live(self) -> bool:
        """Whether the newest state is shown."""
        return self.step >= self.line.head

    @property
    def state(self) -> StateName:
        if self.broken:
            return "broken"
        if self.playing:
            return "playing"
        if self.line.ended and self.is_live:
            return "broken" if self.line.ended.reason == "not finite" else "ended"
        return "ready" if self.line.head == 0 else "paused"

    @property
    def rate(self) -> float | None:
        """Steps a second; None: as fast as it can."""
        return pace.steps_a_second(self.speed, self.line.total)

    def everything(self) -> list[News]:
        """What a page has to know to begin."""
        return telling.everything(self)

    def take_news(self) -> list[News]:
        news = []
        while self.news:  # one by one: the session may go on saying things in its own thread
            news.append(self.news.popleft())
        return news

    def changed(self) -> None:
        """The picture, and what is said of the session."""
        self.version += 1
        self.news.append(telling.session(self))

    # -------------------------------------------------------------------------- what it is told

    def do(self, command: commands.Command) -> None:
        """Obey a command that moves the session."""
        MOVES[type(command)](self, command)

    def play(self, _: commands.Play) -> None:
        if self.playing:
            return
        self.broken = ""
        if self.is_live:
            self.driver.go(self.line, self.folder, pace=self.rate)
            self.mode, self.step, self.goal = "training", self.line.head, None
        else:
            self.mode, self.since = "repeating", (monotonic(), self.step)
        self.changed()

    def pause(self, _: commands.Pause | None = None) -> None:
        """At once, even within a step that takes long; all is saved."""
        mode, self.mode = self.mode, "still"
        if mode == "training":
            self.driver.halt()
            self.step = self.line.head
        self.changed()

    def stride(self, command: commands.Step) -> None:
        """What takes longer than a moment goes on as if it was played, so pause gets through; and
        who asks for more meanwhile loses no step that has begun."""
        command.check()
        goal = self.goal
        if self.mode != "training" or goal is None or command.by < 0:
            self.pause()
            goal = self.step
        goal = max(0, goal + command.by)
        if goal <= self.line.head:
            self.step = goal
        else:
            self._stride_to(goal)
        self.changed()

    def _stride_to(self, goal: int) -> None:
        self.broken = ""
        self.driver.go(self.line, self.folder, until=goal)
        self.driver.settle(MOMENT)
        self.mode, self.goal = "training" if self.driver.running else "still", goal
        self.step = self.line.head

    def seek(self, command: commands.Seek) -> None:
        self.pause()
        if not 0 <= command.step <= self.line.head:
            raise UsageError(
                f"seek {command.step}", f"a state from 0 to {self.line.head}", str(command.step),
                "Press play to go further.",
            )  # fmt: skip
        self.step = command.step
        self.changed()

    def hurry(self, command: commands.Speed) -> None:
        self.speed = command.speed
        self.driver.hurry(self.rate)
        self.since = (monotonic(), self.step)
        self.changed()

    def configure(self, command: commands.Configure) -> None:
        self._start(self.setup.chosen.having(command.settings, whole=command.whole))

    def go_to_address(self, command: commands.Address) -> None:
        self._start(Chosen.from_address(command.text))

    def _start(self, chosen: Chosen) -> None:
        try:
            self._begin(set_up(chosen, self.kept))
        except UsageError:
            offering.refused(self, chosen)
            raise
        self.news += self.everything()

    def open(self, command: commands.Open) -> None:
        self.open_run(opening.found(self.folder, command.name))

    def open_run(self, path: Path) -> list[str]:
        """With its family; who of that is missing, a sentence each."""
        found = opening.opened(path, self.kept)
        self._begin(found.setup, found)
        opening.let_go(self.kept, self.lines.values())
        self.news += self.everything()
        self.news += opening.told(path, found.told)
        return found.told

    def branch(self, command: commands.Branch) -> None:
        self.pause()
        branches.check(self.lines, self.line, command.step)
        state = self.easel.state(self.line, command.step)
        line = branches.begun(self.line, state, command.settings, self.names)
        self.lines[line.name] = line
        self._show(line)
        self.news.append(line.curve())

    def show(self, command: commands.Show) -> None:
        """Another branch at the same step, as far as it has got."""
        line = branches.named(self.lines, command.branch)
        self.pause()
        self._show(line)

    def drop(self, command: commands.Drop) -> None:
        line = branches.named(self.lines, command.branch)
        branches.droppable(self.lines, line)
        self.pause()
        self.driver.leave(line)
        line.close()
        del self.lines[line.name]
        self._show(line.parent if self.line is line and line.parent else self.line)

    def _show(self, line: Line) -> None:
        self.line, self.step = line, min(self.step, line.head)
        self.changed()
        self.news.append(telling.form(self))

    def tick(self) -> None:
        """Take in what happened since; often while playing, now and then else."""
        passing.tick(self)

    # --------------------------------------------------------------------------------- pictures

    def shown_state(self) -> State:
        """The shown state, with the optimiser's memory."""
        return self.easel.state(self.line, self.step)

    def moment(self, step: int | None, sample: int | None, part: str | None = None) -> why.Moment:
        """The step that leads on from a state, the shown one by default; or a part's error."""
        step = self._at_hand() if step is None else step
        return self.easel.moment(self.line, step, sample, part)

    def _at_hand(self) -> int:
        """The shown state; while it trains the newest one in the file, seldom more than a second
        old: the shown one would have to be repeated, which takes the longer the faster it trains.
        """
        if self.mode != "training":
            return self.step
        if monotonic() > self._asks_again:
            self.driver.save()
            self._asks_again = monotonic() + RECENT
        return self.line.saved

    def frame(self, view: View, compare: str | None = None) -> bytes:
        """The picture of the shown state."""
        about = self.id, self.line, self.step, self.state, self.version
        return self.easel.frame(Shown(*about, self.mode == "training"), view, compare)

    def _save(self, line: Line, step: int) -> None:
        """What the training process alone knows, into the run file."""
        if line is self.driver.line and step > line.saved:
            self.driver.save()


MOVES: dict[type[commands.Command], Callable[[Session, Any], None]] = {
    commands.Play: Session.play, commands.Pause: Session.pause, commands.Step: Session.stride,
    commands.Seek: Session.seek, commands.Speed: Session.hurry,
    commands.Configure: Session.configure, commands.Address: Session.go_to_address,
    commands.Open: Session.open, commands.Branch: Session.branch, commands.Show: Session.show,
    commands.Drop: Session.drop,
}  # fmt: skip
