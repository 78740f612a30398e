"""Runs a program until its training loop has been met, and holds it there."""

from __future__ import annotations

import builtins
import itertools
import operator
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from types import CodeType, FrameType
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms.script_heard import HEARD, NONE, heard
from chainrule.checker.forms.script_layers import Net
from chainrule.checker.forms.script_loops import HOOKS, Loop, one_turn, rewritten
from chainrule.checker.forms.script_moment import Moment
from chainrule.checker.forms.script_spoken import SAID, said
from chainrule.checker.forms.script_stubs import stubs
from chainrule.checker.forms.script_world import Turn, places, sizes, tracked_turn

SCOUTING, TURN = 3.0, 1.0  # seconds: to find the loop; for one turn
GRACE = 0.2  # seconds; for the loops' own hooks to notice


class Halt(BaseException):
    """The program has been seen far enough."""


class Slow(BaseException):
    """The program does not come to its training loop."""


class TooLong(Exception):
    """A turn that takes too long is no step."""


class Training(NamedTuple):
    """A loop whose turn is a step of training."""

    loop: Loop
    moment: Moment
    code: CodeType
    changed: set[str]
    turn: Turn  # with the program's own numbers
    depth: int  # frames of the file on the stack
    wide: bool  # whether lists and single numbers can be tracked


class Watch:
    """The hooks in the loops: `over` hands out a loop's values, `at` is called in each turn."""

    def __init__(self, path: str, loops: list[Loop]) -> None:
        self.path, self.loops = path, loops
        self.values: dict[int, list[Any]] = {}
        self.lengths: dict[int, int] = {}  # turns that a `for` will make; −1: not known
        self.turns: dict[int, int] = {}
        self.found: list[Training] = []
        self.weak: list[Training] = []
        self.reasons: dict[int, str] = {}
        self.began = time.monotonic()
        self.end = self.began + SCOUTING
        self.stepping = self.busy = False  # busy: a loop is being examined
        self.crash: Exception | None = None  # what ended the program

    def over(self, number: int, values: Iterable[Any]) -> Iterator[Any]:
        if self.stepping or number in self.values:
            yield from values
            return
        self.lengths[number] = operator.length_hint(values, -1)
        rest = iter(values)
        self.values[number] = list(itertools.islice(rest, 3))
        yield from itertools.chain(self.values[number], rest)

    def at(self, number: int) -> None:
        if time.monotonic() > self.end:
            raise TooLong("the turn takes too long") if self.stepping else Halt
        if self.stepping:
            return
        self.turns[number] = self.turns.get(number, 0) + 1
        if self.found and number == self.found[-1].loop.number and self.turns[number] > 1:
            raise Halt
        if self.turns[number] == 1:
            self._examine(self.loops[number], sys._getframe(1))

    def _examine(self, loop: Loop, frame: FrameType) -> None:
        if self.found and not self._within(frame, loop):
            return
        began, kept = time.monotonic(), self.end
        self.busy = True
        try:
            with _quiet_turn():
                training = self._training(loop, frame)
            net = training.turn.net if training else None
            if training and net and self._whole(net) and _trains(training, net):
                self.found.append(training)
            elif training and net and net.y is not None:
                self.weak.insert(0, training)  # it updates nothing
            elif training:
                self.reasons[loop.number] = "its answers meet no targets"
        except Halt:
            raise
        except BaseException as error:  # a turn that fails is no step
            self.reasons[loop.number] = f"{type(error).__name__}: {error}"
        finally:
            self.stepping = self.busy = False
            self.end = kept + time.monotonic() - began

    def _whole(self, net: Net) -> bool:
        """No less of the network than the loop around shows."""
        outer = self.found[-1].turn.net if self.found else None
        return outer is None or len(net.layers) >= len(outer.layers)

    def _within(self, frame: FrameType, loop: Loop) -> bool:
        last = self.found[-1]
        return last.loop.number in loop.inside or _depth(frame, self.path) > last.depth

    def _training(self, loop: Loop, frame: FrameType) -> Training | None:
        values = self.values.get(loop.number, [])
        moment = Moment(frame, values, loop.targets)
        code = one_turn(loop, self.path, sorted(moment.names))
        world = moment.world()
        before = {label: slot.array for label, slot in places(world).items()}
        moment.known = {label: array.size for label, array in before.items()}
        for _ in range(3):  # a sample of zeros changes nothing in the first layer
            with self.limit():
                world.turn(code, self.path, NONE)
        after = {label: slot.array for label, slot in places(world).items()}
        changed = {
            label for label, array in before.items()
            if label in after and _differ(array, after[label]) and after[label].dtype.kind == "f"
        }  # fmt: skip
        turn, wide = self._taped(moment, code, changed)
        if turn.net is None:
            self.reasons[loop.number] = "no chain of layers"
            return None
        if _made_anew(turn):
            return None
        moment.known = sizes(turn.numbers)
        return Training(loop, moment, code, changed, turn, _depth(frame, self.path), wide)

    def _taped(self, moment: Moment, code: CodeType, changed: set[str]) -> tuple[Turn, bool]:
        """A turn with as much tracked as the program bears."""
        with suppress(Exception), self.limit():
            turn = tracked_turn(moment.world(), code, self.path, changed, wide=True)
            if turn.net is not None:
                return turn, True
        with self.limit():
            return tracked_turn(moment.world(), code, self.path, changed, wide=False), False

    @contextmanager
    def limit(self) -> Any:
        self.stepping, self.end = True, time.monotonic() + TURN
        try:
            yield
        finally:
            self.stepping = False


def _trains(training: Training, net: Net) -> bool:
    numbers = training.turn.numbers
    ids = [*(n for one in net.layers for n in one.raw.ravel())]
    ids += [n for one in net.layers if one.bias is not None for n in one.bias]
    return net.y is not None and bool({numbers.slot(int(n)) for n in ids} & training.changed)


def _made_anew(turn: Turn) -> bool:
    """What feeds the first layer is computed in the loop, so that the loop is a part of a step."""
    assert turn.net is not None
    return any(
        not np.array_equal(np.sort(turn.before[label].ravel()), np.sort(turn.after[label].ravel()))
        for label in turn.net.x_slots
        if label in turn.after
    )


def _differ(one: Any, other: Any) -> bool:
    return one.shape == other.shape and not np.array_equal(one, other)


def _depth(frame: FrameType | None, path: str) -> int:
    count = 0
    while frame is not None:
        count += frame.f_code.co_filename == path
        frame = frame.f_back
    return count


@contextmanager
def _quiet_turn() -> Any:
    """The program's random numbers go on as if nothing had been tried."""
    states = np.random.get_state(), random.getstate()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(states[0])  # noqa: NPY002
        random.setstate(states[1])


def watched(source: str, path: str, make: Any = None) -> tuple[Watch, str]:
    """Runs the program; the watch with what it found, and how the program ended by itself."""
    tree, loops = rewritten(source)
    watch = (make or Watch)(path, loops)
    code = compile(tree, path, "exec")
    names: dict[str, Any] = {"__name__": "__main__", "__file__": path}
    names |= {HOOKS: watch, SAID: said, HEARD: heard}
    names["__builtins__"] = {
        **vars(builtins),
        "input": lambda *_: "1",
        "exit": _leave,
        "quit": _leave,
    }
    ended = "the end of the file"
    try:
        with _alarm(watch):
            exec(code, names)
    except Halt:
        ended = ""
    except SystemExit:
        ended = "its own exit"
    except Slow as error:
        ended = f"no end: a statement{_line(error, path)} takes more than {SCOUTING:.0f} s"
    except Exception as error:
        ended, watch.crash = f"{type(error).__name__}: {error}{_line(error, path)}", error
    return watch, ended


@contextmanager
def _alarm(watch: Watch) -> Any:
    """One statement that no hook interrupts ends by itself; only a main thread has alarms."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def rung(*_: Any) -> None:
        if watch.stepping and time.monotonic() > watch.end:
            raise TooLong("the turn takes too long")
        if not watch.busy and time.monotonic() > watch.end + GRACE:
            raise Slow

    kept = signal.signal(signal.SIGALRM, rung)
    rest = signal.setitimer(signal.ITIMER_REAL, GRACE, GRACE)
    began = time.monotonic()
    try:
        yield
    finally:
        left = max(rest[0] - (time.monotonic() - began), 0.01) if rest[0] else 0.0
        signal.setitimer(signal.ITIMER_REAL, left, rest[1])
        signal.signal(signal.SIGALRM, kept)


def _leave(*_: Any) -> None:
    raise SystemExit


def _line(error: BaseException, path: str) -> str:
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f" in line {lines[-1]}" if lines else ""


class _Nowhere:
    """Swallows what is printed."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


@contextmanager
def quiet(path: str) -> Any:
    """No output, no waiting, stand-ins for libraries and data that are not there."""
    kept, limit = time.sleep, sys.getrecursionlimit()
    time.sleep = lambda *_: None
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)
    try:
        with redirect_stdout(_Nowhere()), redirect_stderr(_Nowhere()), stubs():
            yield
    finally:
        time.sleep = kept
        sys.setrecursionlimit(limit)
        with suppress(ValueError):
            sys.path.remove(folder)
