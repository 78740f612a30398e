"""One future and its past: a run file, or the beginning of one, behind the parent it left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from chainrule.core.errors import UsageError
from chainrule.engine.rates import falls_of
from chainrule.engine.reference import start_memory
from chainrule.network import Network
from chainrule.records import State
from chainrule.training.history import Point
from chainrule.training.run_file import RunFile
from chainrule.training.run_writer import RunWriter
from chainrule.view.course import Ended
from chainrule.view.messages import Curve
from chainrule.view.parts import BranchState
from chainrule.view.sets import run_name
from chainrule.view.settings import Setup
from chainrule.view.words import ENDS

NEAR = 100  # steps that are replayed between two frames
MOST = 4000  # points that are sent at once; of more, each step of the curve keeps its extremes


class Line:
    """A branch. Nothing is written before its first step: `path` is None until then."""

    def __init__(
        self, name: str, setup: Setup, *, parent: Line | None = None, start: State | None = None,
        says: str = "", path: Path | None = None,
    ) -> None:  # fmt: skip
        self.name, self.setup, self.parent, self.says, self.path = name, setup, parent, says, path
        self.start = start or _first_state(setup)
        self.head = self.saved = self.start.step
        self.total = setup.training.total_steps(setup.source.data.train.n)
        self.points: list[Point] = []
        self.ended: Ended | None = None
        self._file: RunFile | None = None
        self._near: State = self.start

    @property
    def fork(self) -> int:
        """The state it leaves its parent at; 0 of the first."""
        return self.start.step

    def state(self, step: int) -> State:
        """Any state up to the last that was saved: the same bits every time."""
        if step < self.fork and self.parent is not None:
            return self.parent.state(step)
        if self.path is None or step == self.fork:
            if step != self.fork:
                raise _not_reached(step, self.head)
            return self.start
        self._near = self._opened().state(step, near=self._near)
        return self._near

    def is_near(self, step: int) -> bool:
        """Whether it takes few steps from the state at hand."""
        return self._near.step <= step <= self._near.step + NEAR

    def create(self, folder: Path) -> Path:
        """The run file, in the first free place; it names its parent and the settings."""
        about: dict[str, Any] = {"studio": self.setup.chosen.to_json()}
        if self.parent is not None:
            about["parent"] = {"run": self.parent.file_name, "step": self.fork}
            about["branch"] = {"name": self.name, "says": self.says}
        network = Network(self.setup.spec, self.start.params)
        for path in self._places(folder):
            if path.exists() or path.with_suffix("").exists():
                continue
            try:
                RunWriter.create(
                    path, network, self.setup.source.data, self.setup.training,
                    start=self.start, about=about,
                ).close()  # fmt: skip
            except UsageError:
                if not path.exists():
                    raise
            else:
                self.path = path
                return path
        raise AssertionError("count() has no end")

    @property
    def file_name(self) -> str | None:
        return self.path.name if self.path else None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> RunFile:
        if self._file is None:
            assert self.path is not None
            self._file = RunFile(self.path)
        return self._file

    def _places(self, folder: Path) -> Iterator[Path]:
        stem = run_name(self.setup.source)
        if self.parent is not None and self.parent.path is not None:
            stem = f"{self.parent.path.stem}-{self.name}"
            yield folder / f"{stem}.chainrule"
        for n in count(1):
            yield folder / f"{stem}-{n}.chainrule"

    # --------------------------------------------------------------------------- for the page

    def state_message(self) -> BranchState:
        ended = None
        if self.ended:
            ended = ENDS[self.ended.reason].format(step=f"{self.ended.step:,}")
        parent = self.parent.name if self.parent else None
        return BranchState(
            self.name, parent, self.fork, self.head, self.total, ended, self.file_name, self.says
        )

    def curve(self, first: int = 0) -> Curve:
        """Its points from that number on; all of them where the page holds none."""
        points, every = self.points[first:], len(self.points) - first
        per_pass = self.setup.training.steps_per_epoch(self.setup.source.data.train.n)
        swing = dict(swings(self.points, first, per_pass))
        if every > MOST:
            points = _thinned(points)
        return Curve(
            self.name, first, len(self.points),
            tuple(p.step for p in points), tuple(p.train for p in points),
            tuple(p.validation for p in points), tuple(p.test for p in points),
            tuple(p.batch_loss for p in points), tuple(p.learning_rate for p in points),
            tuple(swing[p.step][0] for p in points), tuple(swing[p.step][1] for p in points),
            every > MOST,
        )  # fmt: skip


def _thinned(points: list[Point]) -> list[Point]:
    """Of each stretch the first, the last, and where the loss is least and largest."""
    size = -(-len(points) // (MOST // 4))
    kept: list[Point] = []
    for k in range(0, len(points), size):
        part = points[k : k + size]
        best = {part[0].step: part[0], part[-1].step: part[-1]}
        for chosen in (min(part, key=_loss), max(part, key=_loss)):
            best[chosen.step] = chosen
        kept += sorted(best.values(), key=lambda point: point.step)
    return kept


def swings(
    points: Sequence[Point], first: int, per_pass: int
) -> Iterator[tuple[int, tuple[float | None, float | None]]]:
    """Of each point from that number on the least and largest error within the pass before it."""
    begin = max(0, first - per_pass)
    for k in range(first, len(points)):
        while points[begin].step <= points[k].step - per_pass:
            begin += 1
        held = [found for each in points[begin : k + 1] if (found := _judged(each)) is not None]
        yield points[k].step, (min(held), max(held)) if held else (None, None)


def _judged(point: Point) -> float | None:
    """The error that counts: that of the test part where there is one."""
    return next((e for e in (point.test, point.validation) if e is not None), None)


def _loss(point: Point) -> float:
    return float(point.train)


def _first_state(setup: Setup) -> State:
    network = Network.start(setup.spec, seed=setup.training.seed)
    return State(0, network.params, start_memory(setup.spec, setup.training, network.params), {})


def branched(state: State, setup: Setup) -> State:
    """Where a branch begins: the same parameters; of the memory what its optimiser keeps, too.

    What was best and how long ago is judged anew; at which steps the rate fell, stays.
    """
    fresh = start_memory(setup.spec, setup.training, state.params)
    memory = {name: state.memory.get(name, zeros) for name, zeros in fresh.items()}
    falls = falls_of(state)
    return State(state.step, state.params, memory, {"falls": list(falls)} if falls else {})


def _not_reached(step: int, head: int) -> UsageError:
    return UsageError(
        f"state {step}", f"one that was reached: up to {head}", "a later one", "Press play first."
    )
