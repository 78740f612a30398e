"""Kill runs at random moments, resume them, and compare with the undisturbed run, bit for bit.

`kill_runs(count, seed, folder)` sends about `count` SIGKILLs, at moments drawn uniformly over the
whole life of a process that trains: while it starts, while it makes the run file, in the midst of
an epoch, while it saves. A run is killed one to three times, each time while it goes on from
where it was left; then it may go on to its end.

    python -m tests.training.kills 200 FOLDER
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

LONGEST = 120.0  # seconds; a run takes one or less

# Each trains in half a second to a second. `often`: a save after nearly every step, so that kills
# land in the midst of one. The last three end by their own rules and not at their full length.
SETTINGS: dict[str, dict[str, Any]] = {
    "sgd, full batch": {"steps": 12_000},
    "sgd, online": {"batch_size": 1, "shuffle": False, "steps": 15_000, "l2": 1e-4},
    "momentum, full batch, saved often": {"optimizer": "momentum", "steps": 900, "often": True},
    "momentum, mini-batches, float32, weights": {
        "optimizer": "momentum", "batch_size": 7, "dtype": "float32", "weights": True,
        "steps": 11_000,
    },
    "adam, mini-batches, float32, test": {
        "optimizer": "adam", "batch_size": 16, "dtype": "float32", "test": 8, "steps": 8_000,
    },
    "adam, online, shuffled, saved often": {
        "optimizer": "adam", "batch_size": 1, "steps": 900, "often": True, "validation": 8,
        "schedule": "on_plateau(patience=1, factor=0.9)", "clip_norm": 0.5, "decay": 0.01,
    },
    "adam, mini-batches, weights, validation, patience": {
        "optimizer": "adam", "batch_size": 5, "weights": True, "validation": 12, "patience": 600,
        "learning_rate": 0.001, "steps": 100_000,
    },
    "momentum, full batch, target": {
        "optimizer": "momentum", "validation": 8, "stop_below": 0.0283, "learning_rate": 0.002,
        "steps": 100_000,
    },
    "sgd, mini-batches, saved often, patience": {
        "batch_size": 5, "validation": 12, "patience": 3, "learning_rate": 0.05, "often": True,
        "steps": 100_000,
    },
}  # fmt: skip

# The program that is killed. It makes the run where there is none, else it goes on with it.
DRIVER = """\
import itertools, json, os, signal, sqlite3, sys
from pathlib import Path
from chainrule import RunFile, RunWriter, fit, resume
from chainrule.engine import reference
from chainrule.training import loop, run_writer
from tests.training.kills import parts_of

path, how = Path(sys.argv[1]), json.loads(sys.argv[2])
if how.get("often"):
    run_writer.REPLAY, run_writer.SHARE, loop.SCREEN, reference.POLL = 0.0, 1e9, 0.0, 0.0

moments = itertools.count(1)  # a statement of the database, or a name given to a file

def moment(*_):
    if next(moments) == how.get("die_at"):
        os.kill(os.getpid(), signal.SIGKILL)

def connect(*a, _connect=sqlite3.connect, **k):
    db = _connect(*a, **k)
    db.set_trace_callback(moment)
    return db

if "die_at" in how:
    sqlite3.connect = connect
    names = {"os.link", "os.rename", "os.remove"}
    sys.addaudithook(lambda event, _: moment() if event in names else None)

if path.exists():
    with RunFile(path) as run:
        ended = run.ended
    if not ended:
        resume(path)
else:
    network, data, training = parts_of(how)
    with RunWriter.create(path, network, data, training) as run:
        fit(network, data, training, run=run)
if "die_at" in how:
    print(next(moments) - 1)
"""


def parts_of(how: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Network, data and training of a setting."""
    from chainrule import Data, Network, Spec, Training

    rng = np.random.default_rng(7)
    x = rng.normal(size=(60, 3))
    y = np.stack([np.sin(2 * x[:, 0]) * x[:, 1], np.tanh(x[:, 2])], axis=1)
    y += 0.1 * rng.normal(size=y.shape)
    data = Data.from_arrays(
        x, y, rng.random(60) + 0.5 if how.get("weights") else None,
        validation_size=how.get("validation", 0), test_size=how.get("test", 0), standardise=True,
    )  # fmt: skip
    spec = Spec.chain([3, 8, 6, 2], "tanh", last="identity", dtype=how.get("dtype", "float64"))
    names = (
        "optimizer", "learning_rate", "batch_size", "shuffle", "steps", "schedule", "l2", "decay",
        "clip_norm", "patience", "stop_below",
    )  # fmt: skip
    given = {"learning_rate": 0.01, **{name: how[name] for name in names if name in how}}
    return Network.start(spec, seed=4), data, Training(**given, seed=9)


@dataclass
class Count:
    """What came of the kills."""

    runs: int = 0
    kills: int = 0  # SIGKILLs that hit a living process
    missed: int = 0  # came after the run had ended
    before_the_file: int = 0  # of the kills: there was no run file yet


def kill_runs(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """About `count` kills over all settings. The run files stay in the folder."""
    clock, rng, counted = monotonic(), np.random.default_rng(seed), Count()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "driver.py").write_text(DRIVER, encoding="utf-8")
    wanted: dict[str, tuple[str, float]] = {}
    differing, unreadable = [], []
    while counted.kills + counted.missed < count:
        name = list(SETTINGS)[counted.runs % len(SETTINGS)]
        if name not in wanted:
            wanted[name] = undisturbed(folder, name)
        path = folder / f"run-{counted.runs}.chainrule"
        error = disturbed(path, name, wanted[name][1], rng, counted)
        counted.runs += 1
        if error:
            unreadable.append(f"{path.name} ({name}): {error}")
        elif end_of(path) != wanted[name][0]:
            differing.append(f"{path.name} ({name})")
    return {
        **vars(counted), "settings": len(wanted), "differing": differing,
        "unreadable": unreadable,
        "unfinished_files": len(list(folder.glob(".run*"))),  # left over, in nobody's way
        "seed": seed, "seconds": monotonic() - clock,
    }  # fmt: skip


def undisturbed(folder: Path, name: str) -> tuple[str, float]:
    """The end of the run that nobody kills, and how long it takes."""
    for k in (1, 2) if name == next(iter(SETTINGS)) else (1,):  # reading libraries takes longer
        began, path = (
            monotonic(),
            folder / f"undisturbed-{list(SETTINGS).index(name)}-{k}.chainrule",
        )
        error = finish(start(path, name))
        assert not error, f"{name} fails by itself: {error}"
    return end_of(path), monotonic() - began


def disturbed(
    path: Path, name: str, duration: float, rng: np.random.Generator, counted: Count
) -> str:
    """Kill a run one to three times, then let it end. What went wrong, or ""."""
    left = duration
    for _ in range(int(rng.integers(1, 4))):
        process, delay = start(path, name), float(rng.uniform(0, left))
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            process.kill()
        error = finish(process)
        if process.returncode != -signal.SIGKILL:
            counted.missed += 1
            return error
        counted.kills += 1
        counted.before_the_file += not path.exists()
        left = max(duration / 3, left - delay)
    return finish(start(path, name))


def start(path: Path, name: str, **more: Any) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    paths = [str(root), str(root / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    how = json.dumps({**SETTINGS[name], **more})
    return subprocess.Popen(
        [sys.executable, str(path.parent / "driver.py"), str(path), how],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for it; the last line of what it complained about, or ""."""
    with process:
        said = process.communicate(timeout=LONGEST)[1].strip()
    if process.returncode == 0:
        return ""
    return said.splitlines()[-1] if said else f"exit code {process.returncode}"


def end_of(path: Path) -> str:
    """The sha256 of all a run came to: last snapshot, history without seconds, how it ended."""
    with sqlite3.connect(path) as db:
        arrays, control, digest = db.execute(
            "SELECT arrays, control, sha256 FROM snapshot ORDER BY step DESC LIMIT 1"
        ).fetchone()
        history = db.execute(
            "SELECT step, epoch, learning_rate, batch_loss, train, validation, test, metrics "
            "FROM history ORDER BY step"
        ).fetchall()
        steps = db.execute("SELECT max(step) FROM snapshot").fetchone()
        ended = db.execute("SELECT value FROM meta WHERE key = 'ended'").fetchone()
    db.close()
    assert ended[0] != "null", f"{path} did not end"
    assert hashlib.sha256(arrays + f"{steps[0]} {control}".encode()).digest() == digest
    return hashlib.sha256(
        arrays + control.encode() + repr((history, steps, ended)).encode()
    ).hexdigest()


if __name__ == "__main__":
    print(json.dumps(kill_runs(int(sys.argv[1]), 20260101, Path(sys.argv[2])), indent=1))
