"""The run file: one SQLite file holds a run, whole: settings, history, snapshots, data.

A run killed at any moment resumes from its last snapshot, to the very bits of the undisturbed
run, for all else a step needs is computed from the step's number.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from time import monotonic, time
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from safetensors import SafetensorError

import chainrule
from chainrule.core.errors import ChainruleError, TaskError, UsageError
from chainrule.data import problems
from chainrule.data.parts import Data, InMemory
from chainrule.data.preparation import Preparation
from chainrule.engine.protocol import Arrays
from chainrule.engine.reference import reference, start_memory
from chainrule.model import Model, from_bytes, to_bytes
from chainrule.network import Network
from chainrule.records import Params, Saved, State
from chainrule.spec import Spec, Training
from chainrule.training.history import History, Point
from chainrule.training.writers import Writer, is_alive

APPLICATION, VERSION = 1128812114, 1
SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE history(step INTEGER PRIMARY KEY, epoch INTEGER, learning_rate REAL, batch_loss REAL,
                     train REAL, validation REAL, test REAL, metrics TEXT, seconds REAL);
CREATE TABLE snapshot(step INTEGER PRIMARY KEY, arrays BLOB NOT NULL, control TEXT NOT NULL,
                      sha256 BLOB NOT NULL);
CREATE TABLE data(part TEXT PRIMARY KEY, arrays BLOB, path TEXT, bytes INTEGER, sha256 BLOB);
CREATE TABLE note(id INTEGER PRIMARY KEY, step INTEGER, kind TEXT, text TEXT);
CREATE TABLE trial(id INTEGER PRIMARY KEY, settings TEXT, result TEXT, snapshot INTEGER);
"""
HELD_DATA = 32 * 2**20  # bytes; larger data is not copied into the run file
KEPT = 256 * 2**20  # bytes of snapshots, before every second of the older half goes
REPLAY = 0.1  # seconds of steps between two snapshots, where a snapshot is cheap
AT_MOST = 2.0  # seconds between two snapshots
SHARE = 0.05  # of the time may go into snapshots, between these two bounds
UNREADABLE = (
    SafetensorError, LookupError, TypeError, ValueError, AttributeError, RecursionError,
)  # fmt: skip
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
NO_ROOM = {
    *BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
}  # fmt: skip
WRITTEN_HERE: WeakValueDictionary[Path, RunWriter] = WeakValueDictionary()  # by this process


class RunFile:
    """A run, read only. Readers are free while the run goes on."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._data: Data | None = None
        self.db = _opened(self.path)

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

    def state(self, step: int | None = None) -> State:
        """The state after `step` updates, the last one by default: a snapshot, or a replay."""
        steps = self.steps()
        step = self._reached(steps[-1] if step is None and steps else step, steps)
        state = self._snapshot(max(s for s in steps if s <= step))
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
        last = steps[-1] if steps else 0
        if step is None or not steps or not 0 <= step <= last:
            raise UsageError(
                f"state {step} of {self.path.name}", f"a step from 0 to {last}", str(step),
                "`chainrule info` on the run tells how far it went.",
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
        made = self.meta("fingerprint")
        if made == reference.fingerprint:
            return None
        return (
            f"this machine rounds differently (fingerprint {reference.fingerprint}, the run was "
            f"made under {made}): the numbers agree within rounding, not to the bit"
        )

    def _replayed(self, state: State, step: int) -> State:
        data = self.data().fitted(self.spec)
        rates = np.full(step - state.step, self.training.learning_rate)
        return reference.train(
            self.spec, self.training, state, data.train, rates, step + 1, lambda: False
        ).state

    def _snapshot(self, step: int) -> State:
        with self._reading():
            content, control, digest = self.db.execute(
                "SELECT arrays, control, sha256 FROM snapshot WHERE step = ?", (step,)
            ).fetchone()
            self._check(content, _beside(step, control), digest, f"snapshot of step {step}")
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
            if data.fingerprint == found["fingerprint"]:
                return data
        raise UsageError(
            f"data of {self.path.name}", "the data the run was trained on",
            "a run file that was told not to hold it", "Hand it over: resume(path, data=...).",
        )  # fmt: skip

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Whatever a damaged file makes of what is read: one sentence."""
        try:
            yield
        except ChainruleError:
            raise
        except sqlite3.Error as error:
            if _reason(error) in BUSY:
                raise TaskError(
                    f"open {self.path.name!r}", "a moment's access", str(error), "Try again."
                ) from error
            raise _damaged(self.path, error) from error
        except UNREADABLE as error:
            raise _damaged(self.path, error) from error


class RunWriter(RunFile):
    """The one writer of a run. The loop hands it points and states; it decides when to save."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self.start: State | None = None
        self.best: State | None = None
        self.seconds = 0.0
        self._points: list[Point] = []
        self._saved = -1
        self._next_save = 0.0
        self._writer = Writer.of_this_process()
        self._holding = False

    @classmethod
    def create(
        cls, path: str | Path, network: Network, data: Data, training: Training,
        *, force: bool = False, hold_data: bool = True,
    ) -> RunWriter:  # fmt: skip
        """A new run file. An existing one is only replaced by force, and never a live one."""
        path = Path(path)
        if path.exists():
            _make_room(path, force)
        # Made whole beside its place: whoever is killed meanwhile leaves the place free.
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _new_database(unfinished)
            with cls(unfinished) as new:
                new._describe(network, data, training, hold_data)
            _put_in_place(unfinished, path)
            run = cls(path)
            run._data, run._saved = data, 0
            return run._taken()
        except (OSError, sqlite3.Error) as error:
            raise _no_space(path, error, "Nothing was saved.") from error
        finally:
            _remove(_with_companions(unfinished))

    @classmethod
    def resume(
        cls, path: str | Path, *, epochs: int | None = None, steps: int | None = None,
        data: Data | None = None,
    ) -> RunWriter:  # fmt: skip
        """The writer of an existing run, standing at its last snapshot."""
        run = cls(path)
        try:
            run._data = run.data() if data is None else run.checked(data)
            run._lengthen(epochs, steps)
            with run._reading(), run._taken()._writing():
                run.start = run.state()
                run.best = run._best_known(run.start)
                run._saved = run.start.step
                run.db.execute("DELETE FROM history WHERE step > ?", (run.start.step,))
                run._put("training", run.training.to_json())
                run._put("ended", None)
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
            self.db.executemany(
                "INSERT OR REPLACE INTO history VALUES (?,?,?,?,?,?,?,?,?)",
                [(*_finite(p[:7]), json.dumps(p.metrics), p.seconds) for p in self._points],
            )
            for each in {best.step: best, state.step: state}.values():
                self._insert(each)
            self._put("best_step", best.step)
            self._put("writer", replace(self._writer, seen=time()).to_json())
            self._thin(best.step)
            if ended:
                self._put("ended", ended)
                self._note(ended["step"], "ended", ended["reason"])
        self._points, self._saved = [], state.step
        cost = monotonic() - began
        self._next_save = monotonic() + min(max(REPLAY, cost / SHARE), AT_MOST)
        return Saved(state.step, str(self.path))

    def _note(self, step: int, kind: str, text: str) -> None:
        self.db.execute("INSERT INTO note(step, kind, text) VALUES (?, ?, ?)", (step, kind, text))

    def close(self) -> None:
        """Let go of the file: it is a single one again, and can be read where nobody may write."""
        WRITTEN_HERE.pop(_place(self.path), None)
        try:
            if self._holding:
                self._holding = False
                with self._writing():
                    self._put("writer", None)
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

    def _describe(self, network: Network, data: Data, training: Training, hold_data: bool) -> None:
        builtin = data.source in problems.PROBLEMS
        about = {
            "spec": network.spec.to_json(),
            "training": training.to_json(),
            "preparation": data.preparation.to_json() if data.preparation else None,
            "source": data.source,
            "names": dict(data.names),
            "engine": reference.name,
            "fingerprint": reference.fingerprint,
            "versions": {
                "chainrule": chainrule.__version__, "numpy": np.__version__,
                "python": platform.python_version(), "machine": platform.machine(),
            },
            "parent": None,
            "ended": None,
            "data": {
                "fingerprint": data.fingerprint, "seed": training.seed,
                "problem": data.source if builtin else None,
            },
        }  # fmt: skip
        memory = start_memory(network.spec, training, network.params)
        self.db.execute("BEGIN")
        for key, value in about.items():
            self._put(key, value)
        self._hold(data, hold_data)
        self._insert(State(0, network.params, memory, {}))
        self.db.execute("COMMIT")

    def _hold(self, data: Data, hold_data: bool) -> None:
        parts = {name: _arrays(part) for name, part in data.parts.items()}
        size = sum(array.nbytes for arrays in parts.values() for array in arrays.values())
        for name, arrays in parts.items():
            content = to_bytes(arrays) if hold_data and size <= HELD_DATA else None
            digest = hashlib.sha256(content).digest() if content else None
            self.db.execute(
                "INSERT INTO data VALUES (?, ?, NULL, ?, ?)", (name, content, size, digest)
            )

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
        training = replace(self.training, epochs=epochs, steps=steps)
        reached, total = self.steps()[-1], training.total_steps(self.data().train.n)
        if total <= reached:
            raise UsageError(
                f"resume {self.path.name!r}", f"a length beyond step {reached}, where it stands",
                f"{total} steps in all", "Lengths are counted from the start of the run.",
            )  # fmt: skip
        if ended and ended["reason"] == "target":
            training = replace(training, stop_below=None)
        if ended and ended["reason"] == "no improvement":
            training = replace(training, patience=None)
        self.__dict__["training"] = training

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
        dropped = writer and writer.is_here() and _place(self.path) not in WRITTEN_HERE
        if writer and is_alive(writer) and not dropped:
            raise TaskError(
                f"write {self.path.name!r}", "to be its only writer",
                f"process {writer.pid} on {writer.host}, which writes it",
                "Wait for it or stop it; readers (plot, info) may look meanwhile.",
            )  # fmt: skip
        self._put("writer", replace(self._writer, seen=time()).to_json())
        self._holding = True
        WRITTEN_HERE[_place(self.path)] = self

    def _best_known(self, state: State) -> State:
        step = state.control.get("best_step", state.step)
        return self._snapshot(step) if step in self.steps() else state

    def _insert(self, state: State) -> None:
        content = to_bytes({**state.params, **state.memory})
        control = json.dumps(state.control)
        digest = hashlib.sha256(content + _beside(state.step, control)).digest()
        self.db.execute(
            "INSERT OR REPLACE INTO snapshot VALUES (?,?,?,?)",
            (state.step, content, control, digest),
        )

    def _thin(self, best: int) -> None:
        """Drop every second snapshot of the older half; the first, best and last ones stay."""
        rows = self.db.execute("SELECT step, length(arrays) FROM snapshot ORDER BY step").fetchall()
        if sum(size for _, size in rows) > KEPT:
            older = [step for step, _ in rows[1 : len(rows) // 2]][::2]
            drop = [(step,) for step in older if step != best]
            self.db.executemany("DELETE FROM snapshot WHERE step = ?", drop)

    def _put(self, key: str, value: Any) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it is written, or nothing."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield
            self.db.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            if _reason(error) not in NO_ROOM:
                raise _damaged(self.path, error) from error
            last = f"Step {self._saved} is the last one saved." if self._saved >= 0 else ""
            raise _no_space(self.path, error, last) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")


def _new_database(path: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.executescript(f"BEGIN; {SCHEMA} COMMIT;")
    finally:
        db.close()


def _with_companions(path: Path) -> list[Path]:
    """A database and the files that SQLite keeps beside it."""
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]


def _remove(names: list[Path]) -> None:
    for name in names:
        with suppress(OSError):
            name.unlink()


def _put_in_place(unfinished: Path, path: Path) -> None:
    """Give a new file its name, unless somebody has just taken it."""
    if not path.exists():
        _remove(_with_companions(path)[1:])  # of a run that was removed: harmful to the new one
    try:
        os.link(unfinished, path)
    except FileExistsError:
        raise _not_free(path) from None
    except OSError:  # a file system without links
        if path.exists():
            raise _not_free(path) from None
        os.rename(unfinished, path)


def _place(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _reason(error: sqlite3.Error) -> int:
    """SQLite's own number for what went wrong; 0 where Python found it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _opened(path: Path) -> sqlite3.Connection:
    """A connection to a run file of a version that can be read."""
    called = f"open {os.fspath(path)!r}"
    if not path.is_file():
        got = "a folder" if path.is_dir() else "nothing there"
        raise UsageError(called, "a run file", got, "`ls runs` shows the runs made here.")
    db = None
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        db.execute("PRAGMA synchronous = NORMAL")
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except (sqlite3.Error, ValueError) as error:
        if db is not None:
            db.close()
        raise _damaged(path, error) from error
    if application != APPLICATION:
        db.close()
        raise UsageError(
            called, "a run file of chainrule", "a database of another program",
            "Is the path right?",
        )  # fmt: skip
    if version > VERSION:
        db.close()
        raise UsageError(
            called, f"a run file of version {VERSION} or older", f"version {version}",
            "A newer chainrule wrote it: pip install --upgrade chainrule. The file is untouched.",
        )  # fmt: skip
    return db


def _make_room(path: Path, force: bool) -> None:
    if not force:
        raise _not_free(path)
    RunWriter(path)._taken().close()  # refuses when the other run is under way
    _remove(_with_companions(path))


def _not_free(path: Path) -> UsageError:
    return UsageError(
        f"new run {os.fspath(path)!r}", "a path that is free", "a file of that name",
        "Choose another with --run, or replace it with --force.",
    )  # fmt: skip


def _beside(step: int, control: str) -> bytes:
    """What belongs to the arrays of a snapshot."""
    return f"{step} {control}".encode()


def _point(row: tuple[Any, ...]) -> Point:
    if any(isinstance(value, str | bytes) for value in (*row[:7], row[8])):
        raise ValueError(f"no numbers in the history at step {row[0]}")
    return Point._make((*row[:7], json.loads(row[7]), row[8]))


def _finite(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """SQLite has no NaN or infinity."""
    return tuple(None if isinstance(v, float) and not math.isfinite(v) else v for v in values)


def _arrays(part: Arrays) -> Params:
    x, y, weight = part.block(0, part.n)
    arrays = {"x": x, "y": y} | ({} if weight is None else {"weight": weight})
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _damaged(path: Path, error: Exception) -> UsageError:
    return UsageError(
        f"open {path.name!r}", "a whole run file", f"one that can't be read ({error})",
        "Take a whole copy of the file: with the -wal file beside it, if there is one.",
    )  # fmt: skip


def _no_space(path: Path, error: Exception, what_is_kept: str) -> TaskError:
    return TaskError(
        f"write {os.fspath(path)!r}", "space and permission to write", str(error),
        f"{what_is_kept} Free some space, then `chainrule resume` it.".strip(),
    )  # fmt: skip
