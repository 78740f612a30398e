"""Training from memory-mapped files of 10 million rows: what it holds beside them.

    python benchmarks/engine/memory.py [--rows 10000000] [--engine native]

Only memory of its own is counted (RssAnon of /proc, the pages of files that were read are not),
looked at every millisecond from outside while one epoch is trained, less what was held before it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np

COLUMNS, BATCH, MEGABYTE = 8, 256, 2**20
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


def train(folder: Path, engine_name: str) -> None:
    """The child: says when it begins and when it has ended."""
    from peers import engine_named

    from chainrule.data.in_memory import InMemory
    from chainrule.network import Network
    from chainrule.records import State
    from chainrule.spec import Spec, Training

    rows = InMemory(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in "xy"))
    spec = Spec.chain(SIZES, "sigmoid", loss="squared", dtype="float32")
    training = Training(learning_rate=0.1, batch_size=BATCH, epochs=1)
    rates = np.full(training.total_steps(rows.n), 0.1)
    state = State(0, Network.start(spec, seed=0).params, {}, {})
    engine = engine_named(engine_name)
    print("begins", flush=True)
    sys.stdin.readline()
    clock = perf_counter()
    made = engine.train(spec, training, state, rows, rates, 1000, lambda: False)
    print(json.dumps({"seconds": perf_counter() - clock, "ended": made.ended}), flush=True)
    sys.stdin.readline()


def anonymous(pid: int) -> int:
    """Bytes of its own that a process holds now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def measured(rows: int, engine: str) -> dict[str, Any]:
    from contest import free_environment

    if not Path("/proc/self/status").exists():
        return {"failed": "memory is read from Linux's /proc, which this system has not"}
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), rows)
        child = subprocess.Popen(
            [sys.executable, __file__, "--child", folder, "--engine", engine],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=free_environment(),
        )  # fmt: skip
        assert child.stdin
        assert child.stdout
        try:
            if child.stdout.readline() != "begins\n":
                return {"failed": f"memory.py --engine {engine} did not begin"}
            before = anonymous(child.pid)
            return watched(child, before, rows, engine)
        finally:
            child.kill()
            child.communicate()


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
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        train(options.child, options.engine)
    else:
        print(json.dumps(measured(options.rows, options.engine), indent=1))


if __name__ == "__main__":
    main()
