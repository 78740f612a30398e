"""A CSV of 1 GB trains in bounded memory: how much, and how long.

python benchmarks/large_csv.py [--gigabytes 1] [--epochs 1] [--folder FOLDER] [--json]

Makes a table of 20 columns of numbers, one of texts and a target of two classes, trains on it with
`chainrule train FILE --epochs 1`, and removes it. Memory is the highest that the process ever held
(ru_maxrss), the rows read from disk among it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

NUMBERS, BLOCK = 20, 20_000
TEXTS = np.array(["north", "south", "east", "west"])


def write(path: Path, size: int) -> int:
    """A file of about so many bytes; the number of its rows."""
    rng, rows = np.random.default_rng(0), 0
    with path.open("w") as file:
        file.write(",".join([*(f"c{k}" for k in range(NUMBERS)), "side", "answer"]) + "\n")
        while file.tell() < size:
            x = rng.normal(size=(BLOCK, NUMBERS))
            side = rng.integers(0, len(TEXTS), BLOCK)
            y = x[:, 0] * x[:, 1] + (side == 0) > 0
            lines = (
                ",".join([*map("{:.5f}".format, row), text, "yes" if answer else "no"])
                for row, text, answer in zip(
                    x.tolist(), TEXTS[side].tolist(), y.tolist(), strict=True
                )
            )
            file.write("\n".join(lines) + "\n")
            rows += BLOCK
    return rows


def measured(gigabytes: float, epochs: int, folder: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=folder) as made:
        path = Path(made) / "large.csv"
        rows = write(path, int(gigabytes * 1e9))
        began = monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "chainrule", "train", str(path), "--epochs", str(epochs),
             "--batch-size", "256", "--run", str(Path(made) / "r.chainrule"), "--pictures", "none",
             "--json"],
            cwd=made, env={**os.environ, "CHAINRULE_CACHE": made}, check=True, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        seconds = monotonic() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        found = json.loads(done.stdout)
        return {
            "gigabytes": path.stat().st_size / 1e9, "rows": rows, "columns": NUMBERS + 2,
            "epochs": epochs, "peak_megabytes": peak / 1e6, "seconds": seconds,
            "seconds_training": found["seconds"], "accuracy": found["metrics"]["accuracy"],
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--folder")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measured(options.gigabytes, options.epochs, options.folder)
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:<18} {value:,.6g}")


if __name__ == "__main__":
    main()
