"""Products of sizes that the kernels take in other orders (native/products.h), as parts of a step.

The random runs are at most 70 wide. Here every walk is taken forward, back, in gradients that are
stored (clip_norm) and in gradients that are used up where they are made. In double precision: in
single, most bounds of networks as wide as these are above 1 % of the largest number and say little.
"""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.contracts.battery import ROOT
from tests.contracts.bounds import Share
from tests.contracts.checks import check_network, check_step_by_step
from tests.contracts.engines import engine_named, targets
from tests.contracts.test_bits import wide_run

SIZES = {
    "depth: few inputs": ([40, 6, 512, 70], 256),  # dW (6, 512) = aᵀ dz: 1 MB of dz
    "depth: few rows": ([600, 300, 3], 5),
    "rows": ([700, 300, 40], 30),  # dW (700, 300) is large, dz is small
    "dots": ([40, 300, 400], 9),
    "panels, blocks of k": ([900, 70, 50], 130),
    "blocks of rows": ([30, 90, 40], 700),
}


def check_walk(engine, name, clip_norm, optimizer):
    sizes, n = SIZES[name]
    run = wide_run(sizes, n, None, optimizer=optimizer, dtype="float64")
    run = replace(run, training=replace(run.training, clip_norm=clip_norm), rates=run.rates[:1])
    share = Share()
    check_network(engine, run, share)
    check_step_by_step(engine, run, share)
    assert share.vague < 0.05 * share.numbers


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("clip_norm", [None, 100.0])
@pytest.mark.parametrize("name", SIZES)
def test_steps_of_every_walk(engine, name, clip_norm, optimizer):
    check_walk(engine, name, clip_norm, optimizer)


def check_walks():
    for name in SIZES:
        for clip_norm in (None, 100.0):
            check_walk(engine_named("native"), name, clip_norm, "sgd")


@pytest.mark.parametrize("place", [1, 2], ids=["second", "third"])
def test_every_walk_with_other_registers(native, place):
    """Tiles are half as high there, so other shapes go other ways."""
    if place >= len(targets()):
        pytest.skip(f"this processor has only {', '.join(targets())}")
    subprocess.run(
        [sys.executable, "-c", "from tests.contracts.test_walks import *; check_walks()"],
        env={**os.environ, "CHAINRULE_TARGET": targets()[place]}, cwd=ROOT, check=True, timeout=300,
    )  # fmt: skip
