"""A whole process: `chainrule train xor --pictures none`, beside a script that imports torch."""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from contest import cores, free_environment

COMMANDS = {  # what is said of it, and what follows `python`
    "chainrule train xor --pictures none": "-m chainrule train xor --pictures none",
    "python -c 'import torch'": "-c 'import torch'",
    "python -c 'import numpy'": "-c 'import numpy'",
}


def measured(repeats: int, small: bool) -> dict[str, dict[str, float]]:
    """Seconds from start to end, in turn, on one core; a command that fails is left out."""
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(1 if small else repeats + 1):
        for name, command in COMMANDS.items():
            seconds = whole(command)
            if seconds is None:
                found[name] = []
            elif turn or small:  # the first one reads files that later ones find in memory
                found[name].append(seconds)
    return {
        name: {"seconds": min(times), "spread": statistics.median(times) / min(times) - 1}
        for name, times in found.items()
        if times
    }


def whole(command: str) -> float | None:
    with tempfile.TemporaryDirectory() as folder:
        clock = perf_counter()
        done = subprocess.run(
            [sys.executable, *shlex.split(command)],
            cwd=folder, env=free_environment(), capture_output=True,
            preexec_fn=pin if hasattr(os, "sched_setaffinity") else None,
        )  # fmt: skip
        seconds = perf_counter() - clock
        made = Path(folder)
        assert command.startswith("-c") or done.returncode or any(made.rglob("*.chainrule"))
    return None if done.returncode else seconds


def pin() -> None:
    os.sched_setaffinity(0, cores(1))
