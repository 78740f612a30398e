"""Peers side by side: one process each, on the same cores, in turn; what counts is the minimum.

Others may use this machine at the same time. Turns are short and go round, so that a slow moment
falls upon all, and the minimum of a peer's times is the time it takes when left alone. The spread
says how far the median lies above it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jobs import Weights, distance, named

HERE = Path(__file__).parent
SETTLE = 0.05  # seconds: idle threads of a peer's pool spin so long before they sleep
LEFT_OUT = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # would hand NumPy another machine's kernels


def free_environment() -> dict[str, str]:
    """The environment without what slows a peer down."""
    return {name: value for name, value in os.environ.items() if name not in LEFT_OUT}


def cores(count: int) -> list[int]:
    """The last cores of those we may use: interrupts prefer the first."""
    if not hasattr(os, "sched_getaffinity"):
        return list(range(count))
    return sorted(os.sched_getaffinity(0))[-count:]


class Worker:
    """A process that runs worker.py. Ctrl-C reaches us alone: we end it."""

    def __init__(self, count: int, small: bool) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), ",".join(map(str, cores(count)))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True,
            env=free_environment() | ({"BENCH_TURN": "0.01"} if small else {}),
            start_new_session=True,
        )  # fmt: skip

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        try:
            print(json.dumps({"do": do, **request}), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:  # it has ended
            line = ""
        if line:
            return dict(json.loads(line))
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().splitlines()
        return {"failed": f"its process ended: {last[-1] if last else 'no word'}"}

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream:
                with suppress(BrokenPipeError):  # a request that nobody will read
                    stream.close()


class Time(NamedTuple):
    """What one contestant needed."""

    part: str  # train | product | one row | many rows
    job: str
    dtype: str
    cores: int
    who: str
    seconds: float
    spread: float  # median / minimum - 1
    turns: int
    of_steps: int | None = None  # scaled up from so many steps

    def label(self) -> str:
        return f"{self.part} {self.job} {self.dtype} {self.cores}"


class Contest:
    """Holds the workers of all peers, and what was measured; who is missing is named once."""

    def __init__(self, repeats: int, small: bool, peers: Sequence[str] = ()) -> None:
        self.repeats, self.small, self.only = repeats, small, peers
        self.times: list[Time] = []
        self.missing: dict[str, str] = {}
        self.apart: dict[str, dict[str, float]] = {}  # by job, by peer
        self.same_bits: dict[str, bool] = {}  # by job: chainrule's on one core and on two
        self._workers: dict[tuple[str, int], Worker] = {}

    def worker(self, who: str, count: int) -> Worker:
        if (who, count) not in self._workers:
            self._workers[who, count] = Worker(count, self.small)
        return self._workers[who, count]

    def end(self) -> None:
        for worker in self._workers.values():
            worker.end()
        self._workers = {}

    def takes_part(self, who: str) -> bool:
        return who not in self.missing and (not self.only or who in self.only)

    def prepared(self, who: str, count: int, do: str, **request: Any) -> dict[str, Any] | None:
        """What it says, or None: then it is not here, or can't do this, and that is noted."""
        if not self.takes_part(who):
            return None
        said = self.worker(who, count).ask(do, who=who, threads=count, **request)
        if "missing" in said:
            self.missing[who] = said["missing"]
        elif "failed" in said:
            self.missing[f"{who}, {request.get('job', do)}"] = said["failed"]
            self._workers.pop((who, count)).end()
        return None if said.keys() & {"missing", "failed"} else said

    def train(self, name: str, dtype: str, counts: dict[str, Sequence[int]]) -> None:
        """A job by all peers; counts: on how many cores each."""
        job, ready, ways = named(name, self.small), [], {}
        with tempfile.TemporaryDirectory() as folder:
            for who, count in ((w, c) for w, each in counts.items() for c in each):
                keep = str(Path(folder) / f"{len(ready)}.npz")
                said = self.prepared(who, count, "train", job=name, dtype=dtype,
                                     small=self.small, keep=keep)  # fmt: skip
                if said:
                    ready.append((who, count, "measure_train", "train", said["of_steps"]))
                    ways[f"{who} on {count}"] = weights_in(keep, job.biases)
            self._compare(f"{name} {dtype}", job, ways)
        if job.flops > 5e10 or (self.small and name == "E"):
            ready += self._products(dtype, sorted({count for _, count, *_ in ready}))
        self._rounds(ready, name, dtype, job.steps)

    def _products(self, dtype: str, counts: Sequence[int]) -> list[Any]:
        """Large matrix products by those who are good at them, in turn with the training."""
        size = 64 if self.small else 2048
        found = [(who, count) for who in ("NumPy", "PyTorch", "JAX") for count in counts]
        return [
            (who, count, "measure_call", "product", None)
            for who, count in found
            if self.prepared(who, count, "product", dtype=dtype, size=size) is not None
        ]

    def answer(self, name: str, rows: int, peers: Sequence[str]) -> None:
        part = "one row" if rows == 1 else "many rows"
        ready = []
        for who in peers:
            said = self.prepared(who, 1, "answer", job=name, rows=rows, small=self.small)
            if said:
                self.apart.setdefault(f"{part} {name}", {})[who] = said["apart"]
                ready.append((who, 1, "measure_call", part, None))
        self._rounds(ready, name, "float32", None)

    def _rounds(self, ready: list[Any], name: str, dtype: str, steps: int | None) -> None:
        found: list[list[float]] = [[] for _ in ready]
        try:
            for turn in range(self.repeats):
                for k in (np.arange(len(ready)) + turn) % max(1, len(ready)):
                    who, count, do, *_ = ready[k]
                    time.sleep(0 if self.small else SETTLE)
                    said = self.worker(who, count).ask(do)
                    found[k] += said.get("seconds", [])
                    if "failed" in said:
                        self.missing[f"{who}, {name}"] = said["failed"]
        finally:  # Ctrl-C keeps what there is
            for (who, count, _, part, of_steps), seconds in zip(ready, found, strict=True):
                if seconds:
                    least = min(seconds)
                    self.times.append(Time(
                        part, name, dtype, count, who, least,
                        statistics.median(seconds) / least - 1, len(seconds),
                        of_steps if of_steps != steps else None,
                    ))  # fmt: skip

    def kernels(self) -> list[dict[str, Any]]:
        """What multiplies matrices in NumPy's process."""
        return list(self.worker("NumPy", 1).ask("kernels").get("kernels", []))

    def _compare(self, label: str, job: Any, ways: dict[str, Weights]) -> None:
        """How far apart the weights of all are: relative to the way from the start."""
        ours = [weights for who, weights in ways.items() if who.startswith("chainrule native")]
        if len(ours) == 2:
            pairs = zip(*(flat(weights) for weights in ours), strict=True)
            self.same_bits[label] = all(a.tobytes() == b.tobytes() for a, b in pairs)
        other = [who for who in ways if who.startswith("scikit-learn") and not job.classes]
        right = next((w for who, w in ways.items() if who.startswith("NumPy")), None)
        if right is None:
            return
        self.apart[f"train {label}"] = {
            who: distance(job, weights, right) for who, weights in ways.items() if who not in other
        }


def flat(weights: Weights) -> list[np.ndarray]:
    return [part for pair in weights for part in pair if part is not None]


def weights_in(path: str, biases: bool) -> Weights:
    with np.load(path) as held:
        parts = [held[name] for name in held.files]
    if not biases:
        return [(part, None) for part in parts]
    return list(zip(parts[::2], parts[1::2], strict=True))


@contextmanager
def contest(repeats: int, small: bool, peers: Sequence[str] = ()) -> Iterator[Contest]:
    made = Contest(repeats, small, peers)
    try:
        yield made
    finally:
        made.end()
