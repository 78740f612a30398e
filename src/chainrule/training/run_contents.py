"""What a run file holds, and how it is written: description, data, history, snapshots."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import Any

import numpy as np

import chainrule
from chainrule.data import problems
from chainrule.data.parts import Data
from chainrule.engine.choice import choose
from chainrule.engine.protocol import Arrays
from chainrule.engine.reference import start_memory
from chainrule.model import to_bytes
from chainrule.network import Network
from chainrule.records import Params, State
from chainrule.spec import Training
from chainrule.training.history import Point
from chainrule.training.run_file import beside

HELD_DATA = 32 * 2**20  # bytes; larger data is not copied into the run file
KEPT = 256 * 2**20  # bytes of snapshots, before every second of the older half goes


def describe(
    db: Connection, network: Network, data: Data, training: Training, hold_data: bool,
    start: State | None = None, about: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """All that is known before the first step, in one transaction.

    start: of a branch, which begins where it leaves its parent. about: more of the meta table.
    """
    memory = start_memory(network.spec, training, network.params)
    db.execute("BEGIN")
    for key, value in {**_about(network, data, training), **(about or {})}.items():
        put(db, key, value)
    _put_data(db, data, hold_data)
    put_state(db, start or State(0, network.params, memory, {}))
    db.execute("COMMIT")


def _about(network: Network, data: Data, training: Training) -> dict[str, Any]:
    engine = choose(network.spec, training)
    return {
        "spec": network.spec.to_json(),
        "training": training.to_json(),
        "preparation": data.preparation.to_json() if data.preparation else None,
        "source": data.source,
        "names": dict(data.names),
        "engine": engine.name,
        "fingerprint": engine.fingerprint,
        "versions": {
            "chainrule": chainrule.__version__, "numpy": np.__version__,
            "python": platform.python_version(), "machine": platform.machine(),
        },
        "parent": None,
        "ended": None,
        "data": {
            "fingerprint": data.fingerprint, "seed": training.seed,
            "problem": data.source if data.source in problems.PROBLEMS else None,
            "cut": data.was_cut,
            "file": data.read_from,
        },
    }  # fmt: skip


def _put_data(db: Connection, data: Data, hold_data: bool) -> None:
    sizes = {name: _bytes(part) for name, part in data.parts.items()}
    size = sum(sizes.values())
    for name, part in data.parts.items():
        content = to_bytes(_arrays(part)) if hold_data and size <= HELD_DATA else None
        digest = hashlib.sha256(content).digest() if content else None
        db.execute("INSERT INTO data VALUES (?, ?, NULL, ?, ?)", (name, content, size, digest))


def put(db: Connection, key: str, value: Any) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))


def note(db: Connection, step: int, kind: str, text: str) -> None:
    db.execute("INSERT INTO note(step, kind, text) VALUES (?, ?, ?)", (step, kind, text))


def put_points(db: Connection, points: Iterable[Point]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO history VALUES (?,?,?,?,?,?,?,?,?)",
        [(*_finite(p[:7]), json.dumps(p.metrics), p.seconds) for p in points],
    )


def put_state(db: Connection, state: State) -> None:
    content = to_bytes({**state.params, **state.memory})
    control = json.dumps(state.control)
    digest = hashlib.sha256(content + beside(state.step, control)).digest()
    db.execute(
        "INSERT OR REPLACE INTO snapshot VALUES (?,?,?,?)", (state.step, content, control, digest)
    )


def thin(db: Connection, best: int) -> None:
    """Drop every second snapshot of the older half; the first, best and last ones stay."""
    rows = db.execute("SELECT step, length(arrays) FROM snapshot ORDER BY step").fetchall()
    if sum(size for _, size in rows) > KEPT:
        older = [step for step, _ in rows[1 : len(rows) // 2]][::2]
        drop = [(step,) for step in older if step != best]
        db.executemany("DELETE FROM snapshot WHERE step = ?", drop)


def _finite(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """SQLite has no NaN or infinity."""
    return tuple(None if isinstance(v, float) and not math.isfinite(v) else v for v in values)


def _bytes(part: Arrays) -> int:
    """About how much a part takes, told by its first row."""
    return part.n * sum(array.nbytes for array in part.block(0, 1) if array is not None)


def _arrays(part: Arrays) -> Params:
    x, y, weight = part.block(0, part.n)
    arrays = {"x": x, "y": y} | ({} if weight is None else {"weight": weight})
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}
