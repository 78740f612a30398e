"""The run file: one SQLite file holds a run, whole: settings, history, snapshots, data.

A run killed at any moment resumes from its last snapshot, to the very bits of the undisturbed
run, for all else a step needs is computed from the step's number.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError

from chainrule.core.errors import ChainruleError, TaskError, UsageError
from chainrule.data import problems, sets
from chainrule.data.parts import Data, InMemory
from chainrule.data.preparation import Preparation
from chainrule.engine.choice import choose, refused
from chainrule.engine.protocol import Engine
from chainrule.engine.rates import falls_of, learning_rates
from chainrule.engine.reference import reference
from chainrule.model import Model, from_bytes
from chainrule.network import Network
from chainrule.records import State
from chainrule.spec import Spec, Training
from chainrule.training.history import History, Point
from chainrule.training.run_database import BUSY, damaged, opened, reason_of

UNREADABLE = (
    SafetensorError, LookupError, TypeError, ValueError, AttributeError, RecursionError,
)  # fmt: skip


class RunFile:
    """A run, read only. Readers are free while the run goes on."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._data: Data | None = None
        self.db = opened(self.path)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def meta(self, key: str) -> Any:
        with self._reading():
            row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            return None if row is None else json.loads(row[0])

    @cached_property
    def spec(self) -> Spec:
        with self._reading():
            return Spec.from_json(self.meta("spec"))

    @cached_property
    def training(self) -> Training:
        with self._reading():
            return Training.from_json(self.meta("training"))

    @cached_property
    def preparation(self) -> Preparation | None:
        with self._reading():
            found = self.meta("preparation")
            return Preparation.from_json(found) if found else None

    @cached_property
    def engine(self) -> Engine:
        """The engine that made the run; where this machine does not have it, the reference."""
        if self.meta("engine") == reference.name or refused(self.spec, self.training):
            return reference
        return choose(self.spec, self.training, "native")

    @property
    def source(self) -> str:
        return str(self.meta("source"))

    @property
    def ended(self) -> dict[str, Any] | None:
        """{"reason", "step", "why"} once a run has come to its end; "step" is the one to use."""
        found: dict[str, Any] | None = self.meta("ended")
        return found

    @property
    def holds_data(self) -> bool:
        with self._reading():
            return not self.db.execute("SELECT 1 FROM data WHERE arrays IS NULL").fetchone()

    def history(self) -> History:
        with self._reading():
            rows = self.db.execute("SELECT * FROM history ORDER BY step").fetchall()
            return History(_point(row) for row in rows)

    def steps(self) -> list[int]:
        """The steps that have a snapshot."""
        with self._reading():
            return [s for (s,) in self.db.execute("SELECT step FROM snapshot ORDER BY step")]

    def state(self, step: int | None = None, *, near: State | None = None) -> State:
        """The state after `step` updates, the last one by default: a snapshot, or a replay.

        near: a state of this very run that is at hand; the replay begins there if it is nearer.
        """
        steps = self.steps()
        step = self._reached(steps[-1] if step is None and steps else step, steps)
        at = max(s for s in steps if s <= step)
        state = near if near and at <= near.step <= step else self._snapshot(at)
        return state if state.step == step else self._replayed(state, step)

    def replay_seconds(self, step: int) -> float:
        """About how long it takes to reach that state again from the nearest snapshot."""
        seconds, at = self.history()["seconds"], self.history()["step"]
        near = max((s for s in self.steps() if s <= step), default=0)
        return float(np.diff(np.interp([near, step], at, seconds))[0]) if len(at) else 0.0

    def states(self, steps: list[int]) -> Iterator[State]:
        """Several states in rising order; each is reached from the one before, where it is near."""
        held = self.steps()
        for step in steps:
            self._reached(step, held)
        state: State | None = None
        for step in sorted(steps):
            near = max(s for s in held if s <= step)
            if state is None or near > state.step:
                state = self._snapshot(near)
            state = state if state.step == step else self._replayed(state, step)
            yield state

    def _reached(self, step: int | None, steps: list[int]) -> int:
        """That step, if the run has got so far."""
        first, last = (steps[0], steps[-1]) if steps else (0, 0)
        if step is None or not steps or not first <= step <= last:
            before = f" What was before step {first} is in its parent." if first else ""
            raise UsageError(
                f"state {step} of {self.path.name}", f"a step from {first} to {last}", str(step),
                f"`chainrule info` on the run tells how far it went.{before}",
            )  # fmt: skip
        return step

    def data(self) -> Data:
        """The data the run was trained on: as held here, or made again from its source."""
        if self._data is None:
            self._data = self._read_data()
        return self._data

    def _read_data(self) -> Data:
        with self._reading():
            rows = self.db.execute("SELECT part, arrays, sha256 FROM data").fetchall()
            if any(content is None for _, content, _ in rows):
                return self._data_made_again()
            parts: dict[str, Any] = {}
            for part, content, digest in rows:
                self._check(content, b"", digest, f"data of the {part} part")
                held = from_bytes(content)
                parts[part] = InMemory(held["x"], held["y"], held.get("weight"))
            return self.checked(
                Data(
                    **parts,
                    preparation=self.preparation,
                    source=self.source,
                    names=self.meta("names") or {},
                )
            )

    def checked(self, data: Data) -> Data:
        """These very data, if they are what the run was trained on."""
        with self._reading():
            wanted, got = self.meta("data")["fingerprint"], data.fingerprint
        if got != wanted:
            raise UsageError(
                f"data for {self.path.name}",
                f"the data the run was trained on (fingerprint {wanted})",
                f"other data (fingerprint {got})",
                "Make them as they were made then: same rows, same order, same sizes and seed.",
            )
        return data

    def model(self, step: int | None = None) -> Model:
        """The model to use: the best state where patience chose, else the last; or a step's."""
        with self._reading():
            if step is None and self.ended:
                step = self.ended["step"]
            return Model(Network(self.spec, self.state(step).params), self.preparation)

    def same_bits(self) -> str | None:
        """None where this machine computes the very bits of the run, else what holds instead."""
        made, here = self.meta("fingerprint"), self.engine.fingerprint
        if made == here:
            return None
        why = "this machine rounds differently"
        if self.meta("engine") != self.engine.name:
            reason = str(refused(self.spec, self.training)).rstrip(".")
            why = f"the native engine made the run, and the reference goes on with it ({reason})"
        return (
            f"{why}; fingerprint {here}, the run was made under {made}: the numbers agree within "
            "rounding, not to the bit"
        )

    def _replayed(self, state: State, step: int) -> State:
        train = self.data().fitted(self.spec).train
        state = self._with_falls(state)
        rates = learning_rates(self.training, state, self.training.steps_per_epoch(train.n), step)
        return self.engine.train(
            self.spec, self.training, state, train, rates, step + 1, lambda: False
        ).state

    def _with_falls(self, state: State) -> State:
        """Knowing all falls of the rate that the run has seen: some may lie between snapshots."""
        falls = falls_of(self._snapshot(self.steps()[-1]))
        return state._replace(control={**state.control, "falls": falls}) if falls else state

    def _snapshot(self, step: int) -> State:
        with self._reading():
            content, control, digest = self.db.execute(
                "SELECT arrays, control, sha256 FROM snapshot WHERE step = ?", (step,)
            ).fetchone()
            self._check(content, beside(step, control), digest, f"snapshot of step {step}")
            arrays = from_bytes(content)
        params = {name: arrays.pop(name) for name in self.spec.shapes}
        return State(step, params, arrays, json.loads(control))

    def _check(self, content: bytes, more: bytes, digest: bytes, what: str) -> None:
        if hashlib.sha256(content + more).digest() != digest:
            raise UsageError(
                f"open {self.path.name!r}", f"the {what} as it was written",
                "other bytes: the file is damaged", "Take a whole copy of the file.",
            )  # fmt: skip

    def _data_made_again(self) -> Data:
        found = self.meta("data")
        if found["problem"]:
            data = problems.find(found["problem"]).data(found["seed"])
            data = data.cut(**found["cut"]) if found.get("cut") else data
            if data.fingerprint == found["fingerprint"]:
                return data
        if found.get("file"):
            return self.checked(self._read_again(found["file"]))
        raise UsageError(
            f"data of {self.path.name}", "the data the run was trained on",
            "a run file that does not hold it", "Hand it over: resume(path, data=...).",
        )  # fmt: skip

    def _read_again(self, asked: dict[str, Any]) -> Data:
        paths = [asked.get("path"), *asked.get("arrays", {}).values()]
        for path in paths:
            if path is not None and not Path(path).exists():
                raise UsageError(
                    f"data of {self.path.name}",
                    f"the file it was trained on, for the run does not hold its rows: {path}",
                    "nothing there",
                    "Put it back there; in Python resume(path, data=...) takes them.",
                )
        return sets.read_again(asked)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Whatever a damaged file makes of what is read: one sentence."""
        try:
            yield
        except ChainruleError:
            raise
        except sqlite3.Error as error:
            if reason_of(error) in BUSY:
                raise TaskError(
                    f"open {self.path.name!r}", "a moment's access", str(error), "Try again."
                ) from error
            raise damaged(self.path, error) from error
        except UNREADABLE as error:
            raise damaged(self.path, error) from error


def beside(step: int, control: str) -> bytes:
    """What belongs to the arrays of a snapshot."""
    return f"{step} {control}".encode()


def _point(row: tuple[Any, ...]) -> Point:
    if any(isinstance(value, str | bytes) for value in (*row[:7], row[8])):
        raise ValueError(f"no numbers in the history at step {row[0]}")
    return Point._make((*row[:7], json.loads(row[7]), row[8]))
