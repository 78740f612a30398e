"""The process that trains: it hears what to do, and tells what happened. Nothing else waits for it.

It is told [what, ...] and tells [what, ...] over one pipe, as JSON:

    told   open(path, ring, longer) · go(until, pace, number) · hurry(pace) · pause() · save()
           close() · quit()
    tells  opened(step, total) · points([point, ...]) · stands(step, number) · saved(step)
           ended(reason, step, why) · closed() · failed(error)

Who is told to pause, to close or to quit throws away a step that takes long; all else waits for its
end, or a page that asks often would let no step come to one.
"""

from __future__ import annotations

import json
import math
import os
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from chainrule.core.errors import ChainruleError, TaskError
from chainrule.engine.protocol import NOW
from chainrule.spec import Training
from chainrule.training.run_file import RunFile
from chainrule.training.run_writer import RunWriter
from chainrule.view.course import Course
from chainrule.view.ring import Ring

HALTS = ("pause", "open", "close", "quit")  # for these a step is thrown away
SLICE = 1 / 60  # seconds of steps between two snapshots of the ring
OVER = ("finished", "target", "no improvement")  # runs that only go on with a new length


def say(pipe: Connection, what: tuple[Any, ...]) -> None:
    """As JSON, in which no code can be."""
    pipe.send_bytes(json.dumps(what).encode())


def hear(pipe: Connection) -> tuple[Any, ...]:
    return tuple(json.loads(pipe.recv_bytes()))


def ignored() -> set[signal.Signals]:
    """They are for the server, which tells us, or is gone."""
    return {each for each in signal.Signals if each.name in ("SIGINT", "SIGTERM", "SIGHUP")}


def main(pipe: Connection) -> None:
    """Until it is told to quit, or whoever told it is gone: then all is saved."""
    for each in ignored():
        signal.signal(each, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # they were held back until now
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ignored())
    worker = Worker(pipe)
    try:
        worker.run()
    except (EOFError, OSError):
        worker.leave()
    finally:
        pipe.close()


class Worker:
    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.told: deque[tuple[Any, ...]] = deque()  # heard, and not yet obeyed
        self.course: Course | None = None
        self.ring: Ring | None = None
        self.until: float | None = None  # None: standing still
        self.pace: float | None = None  # steps a second; None: as fast as it can
        self.number = 0  # of the newest go
        self.began: tuple[float, int] = (0.0, 0)  # when the pace was set, at which step
        self.slice = 1  # steps that take about SLICE

    def run(self) -> None:
        while True:
            while self._hears(self._wait()):
                what, *more = self.told.popleft()
                if what == "quit":
                    self.leave()
                    return
                self._guarded(lambda: getattr(self, what)(*more))  # noqa: B023 - called at once
            if self.until is not None:
                self._guarded(self._go_on)

    def _hears(self, seconds: float | None = 0.0) -> bool:
        """Whether there is something to obey; for that it waits so long, None: endlessly."""
        try:
            while self.pipe.poll(0.0 if self.told else seconds):
                self.told.append(hear(self.pipe))
        except (EOFError, OSError):  # whoever told it is gone
            self.told.append(("quit",))
        return bool(self.told)

    def _wait(self) -> float | None:
        """Seconds until there is something to do; None: until somebody says something."""
        if self.until is None:
            return None
        return max(0.0, self._due() - monotonic())

    def _due(self) -> float:
        """When the next step is to be made."""
        if self.pace is None or self.course is None:
            return 0.0
        since, step = self.began
        return since + (self.course.state.step + 1 - step) / self.pace

    # ------------------------------------------------------------------------- what it is told

    def open(self, path: str, ring: str, longer: bool) -> None:
        self.leave()
        more = _longer(path) if longer else {}
        run = RunWriter.resume(path, epochs=more.get("epochs"), steps=more.get("steps"))
        try:
            self.course, self.ring = Course(run), Ring.attach(run.spec, ring)
        except BaseException:
            run.close()
            raise
        self._publish()
        self._tell("opened", self.course.state.step, self.course.total)
        self._tell_points()

    def go(self, until: float, pace: float | None, number: int) -> None:
        """number: which `go` it is; where it ends is told with it."""
        if self.course is None:
            raise TaskError("train", "a run that is open", "none", "Press play again.")
        self.until, self.pace, self.number = until, pace, number
        self.began = monotonic(), self.course.state.step

    def hurry(self, pace: float | None) -> None:
        if self.until is not None:
            self.go(self.until, pace, self.number)

    def pause(self) -> None:
        """Who stands still has told so."""
        if self.until is not None:
            self._stand()

    def save(self) -> None:
        if self.course is not None and not self.course.ended:
            self.course.save()
            self._tell("saved", self.course.state.step)

    def close(self) -> None:
        self.leave()
        self._tell("closed")

    def leave(self) -> None:
        """Save and close what is open."""
        course, self.course, self.until = self.course, None, None
        if self.ring is not None:
            self.ring.close()
            self.ring = None
        if course is not None:
            try:
                if not course.ended:
                    course.save()
            finally:
                course.run.close()

    # ------------------------------------------------------------------------------- its work

    def _go_on(self) -> None:
        course, deadline = self.course, monotonic() + SLICE
        assert course is not None
        assert self.until is not None
        goal = min(self.until, course.state.step + self.slice)
        if self.pace is not None:
            since, step = self.began
            allowed = step + math.floor((monotonic() - since) * self.pace)
            if allowed - course.state.step > max(2, self.pace):  # it can't keep up: no catching up
                self.began = monotonic(), course.state.step
            goal = min(goal, max(allowed, course.state.step + 1))
        self._steps(course, int(min(goal, course.total)), deadline)
        self._publish()
        self._tell_points()
        course.save_if_due()
        if course.ended or course.state.step >= self.until:
            self._stand()

    def _steps(self, course: Course, goal: int, deadline: float) -> None:
        began, first = monotonic(), course.state.step
        while course.state.step < goal and not course.ended and monotonic() < deadline:
            course.advance(goal, lambda: self._stop(deadline))
            if self._hears():
                break
        took, made = monotonic() - began, course.state.step - first
        self.slice = max(1, min(2**16, 2 * made if took < SLICE / 2 else made))

    def _stop(self, deadline: float) -> int:
        """As the engine is to know it: go on, end after this step, or throw it away."""
        if self._hears() and any(what in HALTS for what, *_ in self.told):
            return NOW
        return bool(self.told) or monotonic() > deadline

    def _stand(self) -> None:
        """Stop here, with everything saved and told."""
        course, self.until = self.course, None
        assert course is not None
        if not course.ended:
            course.save()
        self._publish()
        self._tell_points()
        if course.ended:
            self._tell("ended", *course.ended)
        self._tell("stands", course.state.step, self.number)

    def _publish(self) -> None:
        if self.course is not None and self.ring is not None:
            course = self.course
            self.ring.put(course.state.step, course.state.params)

    def _tell_points(self) -> None:
        if self.course is not None and self.course.points:
            self._tell("points", [tuple(point) for point in self.course.points])
            self.course.points = []

    def _tell(self, what: str, *more: Any) -> None:
        say(self.pipe, (what, *more))

    def _guarded(self, work: Callable[[], None]) -> None:
        """Whatever goes wrong is told, and the process stays."""
        try:
            work()
        except ChainruleError as error:
            self.until = None
            self._tell("failed", error.to_json())
        except (EOFError, BrokenPipeError):
            raise
        except Exception as error:
            if "CHAINRULE_TRACEBACK" in os.environ:
                raise
            self.until = None
            told = TaskError("train", "no surprises", f"{type(error).__name__}: {error}",
                             "This is a mistake in chainrule.")  # fmt: skip
            self._tell("failed", told.to_json())


def _longer(path: str) -> dict[str, int]:
    """Twice the length of a run that came to its end; nothing for one that can simply go on."""
    with RunFile(path) as run:
        ended, training = run.ended, run.training
        if not ended or ended["reason"] not in OVER:
            return {}
        more = doubled(training)
    return {name: value for name, value in more.items() if value is not None}


def doubled(training: Training) -> dict[str, int | None]:
    twice = replace(
        training,
        epochs=training.epochs and 2 * training.epochs, steps=training.steps and 2 * training.steps,
    )  # fmt: skip
    return {"epochs": twice.epochs, "steps": twice.steps}
