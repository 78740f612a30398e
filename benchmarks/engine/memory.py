"""Training from memory-mapped files of 10 million rows: what it holds beside them.

    python benchmarks/engine/memory.py [--rows 10000000] [--engine native] [--way fit]

--way train: the engine alone. fit, cut: the public way, Data.from_arrays of maps and fit() with its
evaluations and a run file; cut: with a tenth of the rows for the test, and a tenth for validation;
held: with the files read into arrays in memory, for comparison.

Only memory of its own is counted (RssAnon of /proc, the pages of files that were read are not),
looked at every millisecond from outside while one epoch is trained, less what was held before it.
In the public way a small run comes before, for code and libraries are no memory of the data's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np

COLUMNS, BATCH, MEGABYTE = 8, 256, 2**20
WAYS = {
    "train": "the engine alone", "fit": "fit()", "cut": "fit(), rows in three parts",
    "held": "fit(), arrays in memory",
}  # fmt: skip
SIZES = (COLUMNS, 16, 1)


def write(folder: Path, rows: int) -> None:
    """x.npy (rows, 8) and y.npy (rows, 1), float32, some rows at a time."""
    from numpy.lib.format import open_memmap

    rng, at_once = np.random.default_rng(0), 2**18
    x = open_memmap(folder / "x.npy", "w+", np.float32, (rows, COLUMNS))
    y = open_memmap(folder / "y.npy", "w+", np.float32, (rows, 1))
    for start in range(0, rows, at_once):
        some = rng.standard_normal((min(at_once, rows - start), COLUMNS), np.float32)
        x[start : start + len(some)] = some
        y[start : start + len(some), 0] = some[:, 0] * some[:, 1] > 0


def child(folder: Path, engine: str, way: str) -> None:
    """Says when it begins and when it has ended."""
    run = (by_engine if way == "train" else by_fit)(folder, engine, way)
    print("begins", flush=True)
    sys.stdin.readline()
    clock = perf_counter()
    ended = run()
    print(json.dumps({"seconds": perf_counter() - clock, "ended": ended}), flush=True)
    sys.stdin.readline()


def files(folder: Path, mode: Any = "r") -> list[Any]:
    return [np.load(folder / f"{name}.npy", mmap_mode=mode) for name in "xy"]


def by_engine(folder: Path, engine_name: str, way: str) -> Callable[[], str]:
    from peers import engine_named

    from chainrule.data.in_memory import InMemory
    from chainrule.network import Network
    from chainrule.records import State
    from chainrule.spec import Spec, Training

    rows = InMemory(*files(folder))
    spec = Spec.chain(SIZES, "sigmoid", loss="squared", dtype="float32")
    training = Training(learning_rate=0.1, batch_size=BATCH, epochs=1)
    rates = np.full(training.total_steps(rows.n), 0.1)
    state = State(0, Network.start(spec, seed=0).params, {}, {})
    engine = engine_named(engine_name)
    return lambda: engine.train(spec, training, state, rows, rates, 1000, lambda: False).ended


def by_fit(folder: Path, engine: str, way: str) -> Callable[[], str]:
    import chainrule as cr

    spec = cr.Spec.chain(SIZES, "sigmoid", loss="squared", dtype="float32")
    network = cr.Network.start(spec, seed=0)
    training = cr.Training(learning_rate=0.1, batch_size=BATCH, epochs=1, engine=engine)
    sizes = {"test_size": 0.1, "validation_size": 0.1} if way == "cut" else {}

    def run(rows: int | None = None) -> str:
        arrays = files(folder, None if way == "held" else "r")
        data = cr.Data.from_arrays(*(array[:rows] for array in arrays), **sizes)
        path = folder / f"{rows}.chainrule"
        with cr.RunWriter.create(path, network, data, training) as file:
            return cr.fit(network, data, training, run=file).ended.reason

    run(1000)
    return run


def anonymous(pid: int) -> int:
    """Bytes of its own that a process holds now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def measured(rows: int, engine: str, way: str = "train") -> dict[str, Any]:
    from contest import free_environment

    if not Path("/proc/self/status").exists():
        return {"failed": "memory is read from Linux's /proc, which this system has not"}
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), rows)
        started = subprocess.Popen(
            [sys.executable, __file__, "--child", folder, "--engine", engine, "--way", way],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=free_environment(),
        )  # fmt: skip
        assert started.stdin
        assert started.stdout
        try:
            if started.stdout.readline() != "begins\n":
                return {"failed": f"memory.py --engine {engine} did not begin"}
            before = anonymous(started.pid)
            return {"way": way, **watched(started, before, rows, engine)}
        finally:
            started.kill()
            started.communicate()


def watched(child: subprocess.Popen[str], before: int, rows: int, engine: str) -> dict[str, Any]:
    import selectors

    assert child.stdin
    assert child.stdout
    child.stdin.write("\n")
    child.stdin.flush()
    peak, ready = before, selectors.DefaultSelector()
    ready.register(child.stdout, selectors.EVENT_READ)
    while not ready.select(0):
        peak = max(peak, anonymous(child.pid))
        sleep(0.001)
    line = child.stdout.readline()
    if not line:
        return {"failed": f"memory.py --engine {engine} ended early"}
    said = json.loads(line)
    model = 4 * sum((a + 1) * b for a, b in pairwise(SIZES))
    allowed = model + 2 * BATCH * 4 * (COLUMNS + 1) + 64 * MEGABYTE
    return {
        "engine": engine, "rows": rows, "megabytes": (peak - before) / MEGABYTE,
        "before": before / MEGABYTE, "allowed": allowed / MEGABYTE, "file": 36 * rows / MEGABYTE,
        "seconds": said["seconds"], "nanoseconds_a_row": 1e9 * said["seconds"] / rows,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--engine", default="native")
    parser.add_argument("--way", choices=[*WAYS], default="train")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.engine, options.way)
    else:
        print(json.dumps(measured(options.rows, options.engine, options.way), indent=1))


if __name__ == "__main__":
    main()
