"""Errors of the kernels' exp, log, tanh and their kin over ALL floats: docs/figures/ulp.json.

    python benchmarks/ulp.py [NAME ...] [--every 1] [--to FILE]

2³² inputs a function, in blocks, against double: 90 s each. Without names, those are measured that
the file doesn't hold yet, and it is written after each: a run that was stopped goes on. --every K
takes each K-th block alone, as a test that the script works; its figures state nothing.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from chainrule import _native  # noqa: E402
from tests.contracts.ulp import STATED, apart, exact  # noqa: E402

BLOCK = 2**13  # doubles: larger arrays would be handed back to the system, and that takes longer
BLOCKS = 2**32 // BLOCK
NAMES = [name for name in STATED if name != "sqrt"]  # the processor rounds that one
COLUMNS = ["function", "target", "inputs", "largest error in ulp", "at"]


def one_value(name: str, x: Any) -> bool:
    """Whether exact results are one number all over a block, as its ends are: each function only
    rises or only falls, and a block holds floats in a row, all of one sign."""
    with np.errstate(all="ignore"):
        first, last = exact(name, x[[0, -1]])
        return bool(first == last or abs(last - first) < 2.0**-40 * abs(first))


def worst_of_block(y: Any, expected: Any) -> tuple[float, int]:
    """The largest error, and where. Of a single exact value, results that are alike count once."""
    if len(expected) == 1 and (y == y[0]).all():
        y = y[:1]
    off = apart(y, expected)
    at = int(off.argmax())
    return float(off[at]), at


def measure(name: str, every: int) -> list[list[Any]]:
    """A row for each target."""
    worst = dict.fromkeys(_native.targets(), (0.0, 0.0))
    y, bits = np.empty(BLOCK, "float32"), np.arange(BLOCK, dtype="uint32")
    for block in range(0, BLOCKS, every):
        x = (bits + np.uint32(block * BLOCK)).view("float32")
        expected = exact(name, x[:1] if one_value(name, x) else x)
        for target, (most, _) in worst.items():
            _native.elementwise(name, x, y, target)
            off, at = worst_of_block(y, expected)
            if off > most:
                worst[target] = off, float(x[at])
        if block // every % 4096 == 0 and sys.stderr.isatty():
            print(f"\r{name} {100 * block // BLOCKS} %", end="", file=sys.stderr)
    inputs = len(range(0, BLOCKS, every)) * BLOCK
    return [[name, target, inputs, round(off, 4), at] for target, (off, at) in worst.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "figures" / "ulp.json")
    given = parser.parse_args()
    rows: list[list[Any]] = json.loads(given.to.read_text())["rows"] if given.to.exists() else []
    measured = {row[0] for row in rows}
    for name in given.names or [name for name in NAMES if name not in measured]:
        rows = [row for row in rows if row[0] != name] + measure(name, given.every)
        made = {
            "title": "Errors over all floats, in units in the last place", "columns": COLUMNS,
            "rows": rows,
            "notes": ["All 2³² floats, against double. What is stated of each: native/math.h."],
            "date": datetime.date.today().isoformat(),
            "machine": f"{processor()} ({platform.machine()}), NumPy {np.__version__}",
            "command": "python benchmarks/ulp.py",
        }  # fmt: skip
        given.to.parent.mkdir(parents=True, exist_ok=True)
        given.to.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
        print(
            *(f"{row[0]:8} {row[1]:7} {row[3]:7.4f} at {row[4]!r}" for row in rows[-3:]), sep="\n"
        )


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


if __name__ == "__main__":
    main()
