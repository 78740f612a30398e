"""Runs small enough for a test, and what is asked of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from chainrule import Data, Network, RunFile, RunWriter, Spec, Training, fit
from chainrule.records import State
from chainrule.training import loop, run_writer
from tests.helpers import same_bits

ROOT = Path(__file__).parents[2]


def arrays(n: int = 24, *, weights: bool = False) -> tuple[Any, Any, Any]:
    """x (n, 2), y (n, 1) and perhaps weights: the same ones on every call."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(n, 2))
    return x, np.sin(x[:, :1]) * x[:, 1:], rng.random(n) + 0.5 if weights else None


def parts(
    n: int = 24, *, weights: bool = False, dtype: str = "float64", validation: float = 0,
    test: float = 0, **training: Any,
) -> tuple[Network, Data, Training]:  # fmt: skip
    """Network 2-4-1, data and training: 60 epochs of gradient descent unless told otherwise."""
    data = Data.from_arrays(*arrays(n, weights=weights), validation_size=validation, test_size=test)
    spec = Spec.chain([2, 4, 1], "tanh", last="identity", dtype=dtype)
    given = {"steps": None, "epochs": 60 if "steps" not in training else None, **training}
    return Network.start(spec, seed=1), data, Training(**given)


def made(path: Path, *, n: int = 24, hold_data: bool = True, **how: Any) -> Path:
    """A run file of a run that has come to its end."""
    network, data, training = parts(n, **how)
    with RunWriter.create(path, network, data, training, hold_data=hold_data) as run:
        fit(network, data, training, run=run)
    return path


def interrupted(path: Path, *, at: int, hold_data: bool = True, **how: Any) -> Path:
    """A run file of a run that was stopped at step `at` or soon after it."""
    network, data, training = parts(**how)
    with RunWriter.create(path, network, data, training, hold_data=hold_data) as run:
        fit(network, data, training, run=run, consumers=[stop_at(at)])
    return path


def stop_at(step: int) -> Any:
    """A consumer that asks to stop once that step is reached."""

    def consume(event: Any) -> bool:
        return hasattr(event, "state") and bool(event.state.step >= step)

    return consume


def every_step(patch: Any, *, saves: bool = False) -> None:
    """From here on chunks are one step long and, if asked, each is saved."""
    patch.setattr(loop, "SCREEN", 0.0)
    patch.setattr(loop, "AT_ONCE", 1)
    patch.setattr(run_writer, "REPLAY", 0.0 if saves else 1e9)
    patch.setattr(run_writer, "AT_MOST", 0.0 if saves else 1e9)


def same_state(a: State, b: State) -> bool:
    """The same step, and the same bits of parameters and memory."""
    order = sorted(a.memory)
    return (
        a.step == b.step
        and same_bits(a.params, b.params)
        and order == sorted(b.memory)
        and all(same_bits(a.memory[name], b.memory[name]) for name in order)
    )


def end(path: Path) -> State:
    with RunFile(path) as run:
        return run.state()


def environment() -> dict[str, str]:
    folders = [str(ROOT), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}


def started(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


# Writes a run that does not end by itself, and tells each save; the way it ends at the end.
WRITER = """
import sys
from chainrule import RunWriter, fit
from chainrule.records import Saved
from tests.training.small import parts
network, data, training = parts(validation=6, batch_size=4, steps=int(sys.argv[2]))
def tell(event):
    if isinstance(event, Saved):
        print(event.step, flush=True)
with RunWriter.create(sys.argv[1], network, data, training) as run:
    print(fit(network, data, training, run=run, consumers=[tell]).ended.reason)
"""


@contextmanager
def writing(path: Path, steps: int = 10**9) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes this run; it has saved at least two states of it."""
    process = started(WRITER, path, steps)
    try:
        assert process.stdout
        for _ in range(2):
            line = process.stdout.readline()
            assert line.strip().isdigit(), line + process.communicate()[1]
        yield process
    finally:
        process.kill()
        process.communicate()
