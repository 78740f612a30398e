"""Many networks at once beside the same networks one after another, on one core.

    python benchmarks/engine/populations.py [--repeats 5] [--json]

Both are the native engine. The two ways take turns of about a second, and the minimum counts, in
seconds of the processor, for others may use it as well. And the doctor's question: a hundred starts
of XOR, 20,000 epochs row by row.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import numpy as np

NETWORKS, TURN, STARTS = 100, 1.0, "a hundred starts of XOR"  # TURN: seconds, 10 ms a network


class Case(NamedTuple):
    title: str
    sizes: tuple[int, ...]
    rows: int
    batch: int | None
    shuffle: bool


CASES = {
    case.title: case
    for case in (
        Case("XOR 2-2-1, row by row", (2, 2, 1), 4, 1, False),
        Case("2-4-8-1, row by row", (2, 4, 8, 1), 500, 1, False),
        Case("2-4-8-1, row by row, shuffled", (2, 4, 8, 1), 500, 1, True),
        Case("circles 2-4-8-1, shuffled batches of 10", (2, 4, 8, 1), 500, 10, True),
        Case("circles 2-4-8-1, 500 rows in one batch", (2, 4, 8, 1), 500, None, False),
    )
}


def measured(repeats: int, small: bool) -> dict[str, Any]:
    """By an own process on one core; {"failed": why} where it could not."""
    from contest import free_environment
    from process import pin

    done = subprocess.run(
        [sys.executable, __file__, "--json", "--repeats", str(repeats), *["--tiny"] * small],
        env=free_environment(), capture_output=True, text=True,
        preexec_fn=pin if sys.platform == "linux" else None,
    )  # fmt: skip
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1]}
    return dict(json.loads(done.stdout))


def turns(case: Case, dtype: str, repeats: int, small: bool) -> dict[str, Any]:
    """Seconds of a network's step in both ways, best of all turns."""
    ways, steps = both(case, dtype), 4
    while not small and ways["alone"](steps) < TURN and steps < 2**22:
        steps *= 2
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, run in ways.items():
            found[name].append(run(steps) / (steps * NETWORKS))
    spread = max(median(times) / min(times) - 1 for times in found.values())
    return {
        "case": case.title, "dtype": dtype, "networks": NETWORKS, "steps": steps,
        **{name: min(times) for name, times in found.items()}, "spread": spread,
    }  # fmt: skip


def both(case: Case, dtype: str) -> dict[str, Any]:
    """{"alone": run, "together": run}, each run(steps) -> seconds of steps of all networks."""
    from jobs import rings

    from chainrule.data.in_memory import InMemory
    from chainrule.engine.native import Native
    from chainrule.engine.population import Population
    from chainrule.network import Network
    from chainrule.records import State
    from chainrule.spec import Spec, Training

    x, inner = rings(np.random.default_rng(0), case.rows)
    rows = InMemory(x.astype(dtype), inner[:, None].astype(dtype))
    spec = Spec.chain(case.sizes, "sigmoid", last="sigmoid", dtype=dtype)
    training = Training(learning_rate=0.5, batch_size=case.batch, shuffle=case.shuffle, steps=10**9)
    starts = [Network.start(spec, seed=seed).params for seed in range(NETWORKS)]
    own = [replace(training, seed=seed) for seed in range(NETWORKS)]
    engine, rates = Native(1), np.full(NETWORKS, 0.5)

    def alone(steps: int) -> float:
        each, clock = np.full(steps, 0.5), process_time()
        for params, its in zip(starts, own, strict=True):
            engine.train(spec, its, State(0, params, {}, {}), rows, each, 10**9, lambda: False)
        return process_time() - clock

    def together(steps: int) -> float:
        clock = process_time()
        many = Population(spec, training, rows, starts, np.arange(NETWORKS), rates, 1)
        many.advance(0, steps, lambda _: False)
        return process_time() - clock

    return {"alone": alone, "together": together}


def doctor(repeats: int, small: bool) -> float:
    """Seconds for a hundred starts of the problem XOR to the end, none stopped at its target."""
    from chainrule import train_many
    from chainrule.data.problems import find

    xor = find("xor")
    training = replace(xor.training, stop_below=None, threads=1, epochs=20 if small else 20_000)
    found = []
    for _ in range(repeats):
        clock = process_time()
        train_many(xor.spec, xor.data(), training, seeds=range(100))
        found.append(process_time() - clock)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tiny", action="store_true")
    given = parser.parse_args()
    runs = [
        turns(case, dtype, given.repeats, given.tiny)
        for case in CASES.values()
        for dtype in ("float32", "float64")
    ]
    seconds = doctor(min(given.repeats, 3), given.tiny)
    found = {"date": str(date.today()), "runs": runs, "doctor": seconds}
    if given.json:
        print(json.dumps(found))
        return
    for run in runs:
        print(f"{run['case']}, {run['dtype']}: {run['alone'] / run['together']:.2f} x, "
              f"{run['alone'] * 1e9:.0f} ns and {run['together'] * 1e9:.0f} ns a step")  # fmt: skip
    print(f"{STARTS}: {seconds:.2f} s")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
