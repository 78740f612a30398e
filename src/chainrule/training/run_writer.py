"""The writer of a run file: what is saved when, and who may write. `run_contents` says how."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic, time
from typing import Any
from weakref import WeakValueDictionary

from chainrule.core.errors import ChainruleError, TaskError, UsageError
from chainrule.core.schedules import ends_with_the_run
from chainrule.core.tables import row_to_text
from chainrule.data.parts import Data
from chainrule.network import Network
from chainrule.records import Saved, State
from chainrule.spec import Spec, Training
from chainrule.training.history import Point
from chainrule.training.run_contents import describe, note, put, put_points, put_state, thin
from chainrule.training.run_database import (
    NO_ROOM,
    damaged,
    new_database,
    no_space,
    not_free,
    place_of,
    put_in_place,
    reason_of,
    remove,
    unsafely,
    with_companions,
)  # fmt: skip
from chainrule.training.run_file import RunFile
from chainrule.training.writers import Writer, is_alive

REPLAY = 0.1  # seconds of steps between two snapshots, where a snapshot is cheap
AT_MOST = 2.0  # seconds between two snapshots
SHARE = 0.05  # of the time may go into snapshots, between these two bounds
WRITTEN_HERE: WeakValueDictionary[Path, RunWriter] = WeakValueDictionary()  # by this process


class RunWriter(RunFile):
    """The one writer of a run. The loop hands it points and states; it decides when to save."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self.start: State | None = None
        self.best: State | None = None
        self.seconds = 0.0
        self._points: list[Point] = []
        self._saved = -1
        self._written: tuple[State, ...] = ()  # by the last save: they need not be written again
        self._next_save = 0.0
        self._writer = Writer.of_this_process()
        self._holding = False
        self._began = False

    def begin(self, spec: Spec, training: Training, data: Data) -> None:
        """A run file tells of one run: of this network, data and training, and once."""
        off = "network" if spec != self.spec else "training" if training != self.training else ""
        if self._began or off:
            raise UsageError(
                f"train into {self.path.name!r}", "the run that the file was made for",
                f"another {off}" if off else "a second run with the same writer",
                "Make a file for each run, or resume this one: chainrule.resume(path).",
            )  # fmt: skip
        self.checked(data)
        self._began = True

    @classmethod
    def create(
        cls, path: str | Path, network: Network, data: Data, training: Training,
        *, force: bool = False, hold_data: bool = True,
        start: State | None = None, about: Mapping[str, Any] | None = None,
    ) -> RunWriter:  # fmt: skip
        """A new run file. An existing one is only replaced by force, and never a live one.

        start: the state a branch leaves its parent at. about: more of what is known, as JSON, like
        {"parent": {"run": "circles-1.chainrule", "step": 40}}.
        """
        path = Path(path)
        if path.exists():
            _make_room(path, force)
        # Made whole beside its place: whoever is killed meanwhile leaves the place free.
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new_database(unfinished)
            with cls(unfinished) as new:
                unsafely(new.db)
                describe(new.db, network, data, training, hold_data, start, about)
            put_in_place(unfinished, path)
            run = cls(path)
            run._data, run._saved = data, 0
            return run._taken()
        except (OSError, sqlite3.Error) as error:
            raise no_space(path, error, "Nothing was saved.") from error
        finally:
            remove(with_companions(unfinished))

    @classmethod
    def resume(
        cls, path: str | Path, *, epochs: int | None = None, steps: int | None = None,
        threads: int | None = None, data: Data | None = None,
    ) -> RunWriter:  # fmt: skip
        """The writer of an existing run, standing at its last snapshot."""
        run = cls(path)
        try:
            ended = run.ended
            run._data = run.data() if data is None else run.checked(data)
            run._lengthen(epochs, steps)
            if threads is not None:
                run.__dict__["training"] = replace(run.training, threads=threads)
            with run._reading(), run._taken()._writing():
                run.start = run._patient(run.state(), ended)
                put_state(run.db, run.start)  # with its new patience, should a kill come next
                run.best = run._best_known(run.start)
                run._saved = run.start.step
                run.db.execute("DELETE FROM history WHERE step > ?", (run.start.step,))
                put(run.db, "training", run.training.to_json())
                put(run.db, "ended", None)
            points = run.history().points
            run.seconds = points[-1].seconds if points else 0.0
        except BaseException:
            run.close()
            raise
        return run

    def add(self, point: Point) -> None:
        """A point of the history, written with the next snapshot."""
        self._points.append(point)

    def is_due(self) -> bool:
        return monotonic() >= self._next_save

    def save(self, state: State, best: State, ended: dict[str, Any] | None = None) -> Saved:
        """History so far, this state and the best one, in one transaction.

        ended, at the end: {"reason", "step", "why"}, "step" is the one whose state is to be used.
        """
        began = monotonic()
        with self._writing():
            put_points(self.db, self._points)
            states = tuple({best.step: best, state.step: state}.values())
            for each in states:
                if not any(each is known for known in self._written):
                    put_state(self.db, each)
            put(self.db, "best_step", best.step)
            put(self.db, "writer", replace(self._writer, seen=time()).to_json())
            thin(self.db, best.step)
            if ended:
                # Where numbers overflowed the run falls back to a state before those last saved.
                self.db.execute("DELETE FROM snapshot WHERE step > ?", (state.step,))
                put(self.db, "ended", ended)
                note(self.db, ended["step"], "ended", ended["reason"])
        self._points, self._saved = [], state.step
        self._written = () if ended else states
        cost = monotonic() - began
        self._next_save = monotonic() + min(max(REPLAY, cost / SHARE), AT_MOST)
        return Saved(state.step, str(self.path))

    def close(self) -> None:
        """Let go of the file: it is a single one again, and can be read where nobody may write."""
        if WRITTEN_HERE.get(place_of(self.path)) is self:
            del WRITTEN_HERE[place_of(self.path)]
        try:
            if self._holding:
                self._holding = False
                with self._writing():
                    put(self.db, "writer", None)
                self._fold_up()
        except (ChainruleError, sqlite3.Error):
            pass  # a full disk: that this object, or its process, is gone frees the file as well
        finally:
            super().close()

    def _fold_up(self) -> None:
        try:
            self.db.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:  # somebody reads just now
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _lengthen(self, epochs: int | None, steps: int | None) -> None:
        """A new length; what ended the run before its old one no longer counts."""
        ended = self.ended
        if epochs is None and steps is None:
            if ended and ended["reason"] in ("finished", "target", "no improvement"):
                raise UsageError(
                    f"resume {self.path.name!r}", "a run that has not ended",
                    f"one that ended at step {self.steps()[-1]} ({ended['reason']})",
                    "Give it a new length: --epochs or --steps, counted from the start.",
                )  # fmt: skip
            return
        training = self._possible(replace(self.training, epochs=epochs, steps=steps))
        if ended and ended["reason"] == "target":
            training = replace(training, stop_below=None)
        self.__dict__["training"] = training

    def _possible(self, training: Training) -> Training:
        """These settings, if the run can come to their length from where it stands."""
        if ends_with_the_run(training.schedule):
            raise UsageError(
                f"resume {self.path.name!r} with another length", "a schedule that does not look "
                "at the end of the run", row_to_text(training.schedule),
                "A longer run had other rates from its first step: start a new one.",
            )  # fmt: skip
        reached, total = self.steps()[-1], training.total_steps(self.data().train.n)
        if total <= reached:
            raise UsageError(
                f"resume {self.path.name!r}", f"a length beyond step {reached}, where it stands",
                f"{total} steps in all", "Lengths are counted from the start of the run.",
            )  # fmt: skip
        return training

    def _taken(self) -> RunWriter:
        """Become the writer, unless another process that is alive is it."""
        try:
            with self._reading(), self._writing():
                self._take_over()
            self.db.execute("PRAGMA journal_mode = WAL")  # readers and the writer at once
        except BaseException:
            self.close()
            raise
        return self

    def _take_over(self) -> None:
        row = self.db.execute("SELECT value FROM meta WHERE key = 'writer'").fetchone()
        writer = Writer.from_json(json.loads(row[0])) if row else None
        dropped = writer and writer.is_here() and place_of(self.path) not in WRITTEN_HERE
        if writer and is_alive(writer) and not dropped:
            raise TaskError(
                f"write {self.path.name!r}", "to be its only writer",
                f"process {writer.pid} on {writer.host}, which writes it",
                "Wait for it or stop it; readers (plot, info) may look meanwhile.",
            )  # fmt: skip
        put(self.db, "writer", replace(self._writer, seen=time()).to_json())
        self._holding = True
        WRITTEN_HERE[place_of(self.path)] = self

    def _patient(self, state: State, ended: dict[str, Any] | None) -> State:
        """A run that patience ended goes on with new patience, and keeps its best state."""
        if not ended or ended["reason"] != "no improvement":
            return state
        epoch = state.step // self.training.steps_per_epoch(self.data().train.n)
        return state._replace(control={**state.control, "best_epoch": epoch})

    def _best_known(self, state: State) -> State:
        step = state.control.get("best_step", state.step)
        return self._snapshot(step) if step in self.steps() else state

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it is written, or nothing."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield
            self.db.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            if reason_of(error) not in NO_ROOM:
                raise damaged(self.path, error) from error
            last = f"Step {self._saved} is the last one saved." if self._saved >= 0 else ""
            raise no_space(self.path, error, last) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")


def _make_room(path: Path, force: bool) -> None:
    if not force:
        raise not_free(path)
    RunWriter(path)._taken().close()  # refuses when the other run is under way
    remove(with_companions(path))
