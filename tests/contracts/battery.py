"""The contract whole, on one engine and one instruction set: `python -m tests.contracts.battery`.

It prints JSON. The instruction set is that of CHAINRULE_TARGET, chosen when a process starts, so
whoever wants all of them starts a process for each (`measured_everywhere`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from chainrule.core import random
from tests.contracts.bounds import Share
from tests.contracts.cases import EDGES, covering_sizes, random_run
from tests.contracts.checks import (
    check_again,
    check_cuts,
    check_network,
    check_order,
    check_products,
    check_step_by_step,
    same_run,
    train,
)
from tests.contracts.engines import engine_named, targets

ROOT = Path(__file__).resolve().parents[2]
STEPS = 9
DTYPES = "float32", "float64"
PRODUCTS = [f"products, {dtype}" for dtype in DTYPES]


def measured(runs: int, most: int, seed: int = 0) -> dict[str, Any]:
    """runs: networks to train step by step; most: products of all sizes at the
    edges of tiles up to it, each with each."""
    engine, three = engine_named("native", 1), engine_named("native", 3)
    clock, found = perf_counter(), {"target": getattr(engine, "target", ""), "seed": seed}
    sizes = covering_sizes(np.random.default_rng(seed))
    sizes += list(product([k for k in EDGES if k <= most], repeat=3))
    for dtype in DTYPES:
        share = check_products(engine, sizes, dtype, seed)
        found[f"products, {dtype}"] = {"numbers": share.numbers, "worst": share.worst}
    share, steps = Share(), 0
    for number in range(runs):
        run = random_run(number, seed)
        check_network(engine, run, share)
        check_step_by_step(engine, run, share)
        steps += len(run.rates)
    found["steps"] = {
        "runs": runs, "steps": steps, "numbers": share.numbers, "vague": share.vague,
        "worst": share.worst, "where": share.where,
    }  # fmt: skip
    for number in range(runs // 4):
        run, rng = random_run(number, seed, steps=STEPS), np.random.default_rng([seed, number])
        check_cuts(engine, run, rng.integers(0, STEPS + 1, 3).tolist())
        check_again(engine, run)
        one, other = (train(e, run, run.state, 0, STEPS) for e in (engine, three))
        same_run(f"{run} on three threads", other.state, other.losses, one)
    found["same bits"] = {"runs": runs // 4}
    for n in orders(runs):
        check_order(engine, seed, 1, n)
    found["orders"] = {"longest": max(orders(runs))}
    found["seconds"] = perf_counter() - clock
    return found


def orders(runs: int) -> list[int]:
    few = [1, 2, 3, *(2**k + d for k in range(2, 16) for d in (-1, 0, 1)), 50_000]
    return few if runs < 1000 else [*few, random.WHOLE, random.WHOLE + 1, 2 * random.WHOLE + 7]


def measured_everywhere(runs: int, most: int, seed: int = 0) -> list[dict[str, Any]]:
    """On every instruction set that this processor has, each in a process of its own."""
    return [measured_on(target, runs, most, seed) for target in targets()]


def measured_on(target: str, runs: int, most: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.contracts.battery", str(runs), str(most), str(seed)]
    env = {**os.environ, "CHAINRULE_TARGET": target, "OPENBLAS_NUM_THREADS": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT)
    if ran.returncode:
        raise AssertionError(f"{target}: {ran.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def rows_of(found: list[dict[str, Any]]) -> list[list[Any]]:
    """A line for each figure, a column for each instruction set."""
    lines: dict[str, Any] = {
        "one product: numbers compared": lambda f: sum(f[d]["numbers"] for d in PRODUCTS),
        "one product: worst share of 2 γ_k (|x||W| + |b|)": lambda f: round(
            max(f[d]["worst"] for d in PRODUCTS), 3
        ),
        "step by step: runs": lambda f: f["steps"]["runs"],
        "step by step: steps": lambda f: f["steps"]["steps"],
        "step by step: numbers compared": lambda f: f["steps"]["numbers"],
        "step by step: worst share of a bound": lambda f: round(f["steps"]["worst"], 3),
        "step by step: bounds above 1 % of the largest number": lambda f: f["steps"]["vague"],
        "same bits cut into calls, again, on 3 threads: runs": lambda f: f["same bits"]["runs"],
        "order of rows, the very same up to": lambda f: f["orders"]["longest"],
        "seconds": lambda f: round(f["seconds"]),
    }
    return [[what, *(of(f) for f in found)] for what, of in lines.items()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int)
    parser.add_argument("most", type=int)
    parser.add_argument("seed", type=int)
    options = parser.parse_args()
    print(json.dumps(measured(options.runs, options.most, options.seed)))
