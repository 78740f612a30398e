"""What the readable engine costs beside a loop written by hand: the four jobs, ratios first.

    python benchmarks/reference_overhead.py [--json] [--repeats 5]

The loop by hand is the fastest plain NumPy we know how to write: no functions, no names, weights
changed in place. Both sides run in turn in one process, on the same data; the median of the
ratios pair by pair is what counts, for the machine's speed drifts.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from chainrule.engine.reference import reference
from chainrule.network import Network
from chainrule.records import State
from chainrule.spec import Spec, Training


@dataclass(frozen=True)
class Job:
    name: str
    title: str
    spec: Spec
    rows: int
    batch: int
    steps: int
    learning_rate: float
    at_most: float  # the ratio promised

    def data(self) -> tuple[Any, Any]:
        rng = np.random.default_rng(0)
        x = rng.random((self.rows, self.spec.inputs))
        labels = rng.integers(0, max(2, self.spec.outputs), self.rows)
        if self.spec.loss.targets == "labels":
            return x.astype(self.spec.dtype), labels
        one_hot = np.eye(self.spec.outputs)[labels] if self.spec.outputs > 1 else labels[:, None]
        return x.astype(self.spec.dtype), one_hot.astype(self.spec.dtype)


def jobs() -> list[Job]:
    a = Spec.chain([3, 4, 1], "sigmoid", bias="none")
    b = Spec.chain([2, 4, 8, 1], "sigmoid")
    c = Spec.chain([784, 30, 10], "sigmoid", dtype="float32")
    d = Spec.chain([784, 128, 10], "relu", loss="softmax_cross_entropy", dtype="float32")
    return [
        Job("A", "XOR 3-4-1, no biases", a, 4, 4, 20_000, 1.0, 2.0),
        Job("B", "circles 2-4-8-1, 500 rows", b, 500, 500, 2_500, 0.05, 2.0),
        Job("C", "784-30-10, batch 10", c, 50_000, 10, 5_000, 3.0, 1.4),
        Job("D", "784-128-10 relu softmax, batch 64", d, 50_000, 64, 782, 0.01, 1.2),
    ]


def by_hand(job: Job, x: Any, y: Any) -> float:
    spec, n = job.spec, job.rows
    start = Network.start(spec, seed=0).params
    W = [start[w].copy() for w, _ in spec.names]
    B = [start[b].copy() if b in start else None for _, b in spec.names]
    softmax = spec.loss.name == "softmax_cross_entropy"
    sigmoid = spec.layers[0].activation.name == "sigmoid"
    per_epoch = -(-n // job.batch)
    rate = np.dtype(spec.dtype).type(job.learning_rate)
    y = np.eye(spec.outputs, dtype=spec.dtype)[y] if softmax else y
    clock = perf_counter()
    for t in range(job.steps):
        i = t % per_epoch * job.batch
        xb, yb = x[i : i + job.batch], y[i : i + job.batch]
        a = [xb]
        for k, (w, b) in enumerate(zip(W, B, strict=True)):
            z = a[-1] @ w
            if b is not None:
                z += b
            if softmax and k == len(W) - 1:
                z -= z.max(1, keepdims=True)
                e = np.exp(z)
                a.append(e / e.sum(1, keepdims=True))
            else:
                a.append(1 / (1 + np.exp(-z)) if sigmoid else np.maximum(z, 0))
        d = (a[-1] - yb) / len(xb)
        if not softmax:
            d *= a[-1] * (1 - a[-1])
        for k in reversed(range(len(W))):
            dw, db = a[k].T @ d, None if B[k] is None else d.sum(0)
            if k:
                d = (d @ W[k].T) * (a[k] * (1 - a[k]) if sigmoid else a[k] > 0)
            W[k] -= rate * dw
            if db is not None:
                B[k] -= rate * db
    return perf_counter() - clock


def by_engine(job: Job, x: Any, y: Any) -> float:
    class Rows:
        n = job.rows

        def block(self, start: int, stop: int) -> tuple[Any, Any, None]:
            return x[start:stop], y[start:stop], None

    training = Training(
        learning_rate=job.learning_rate, steps=job.steps, shuffle=False,
        batch_size=job.batch if job.batch < job.rows else None,
    )  # fmt: skip
    state = State(0, Network.start(job.spec, seed=0).params, {}, {})
    rates = np.full(job.steps, job.learning_rate)
    clock = perf_counter()
    reference.train(job.spec, training, state, Rows(), rates, 10**9, lambda: False)
    return perf_counter() - clock


def measure(job: Job, repeats: int) -> dict[str, Any]:
    x, y = job.data()
    pairs = [(by_engine(job, x, y), by_hand(job, x, y)) for _ in range(repeats + 1)][1:]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    return {
        "job": job.name, "what": job.title, "dtype": job.spec.dtype, "at_most": job.at_most,
        "ratio": round(statistics.median(ratios), 3), "ratios": [round(r, 3) for r in ratios],
        "microseconds_a_step": round(1e6 * statistics.median(o for o, _ in pairs) / job.steps, 2),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    rows = [measure(job, options.repeats) for job in jobs()]
    machine = f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}"
    if options.json:
        print(json.dumps({"machine": machine, "rows": rows}, indent=1))
        return
    print(f"reference engine / loop by hand, median of {options.repeats} pairs ({machine})")
    for row in rows:
        print(f"{row['job']}  {row['what']:<36} {row['ratio']:.2f} x  (at most {row['at_most']}, "
              f"{row['microseconds_a_step']} µs a step)")  # fmt: skip


if __name__ == "__main__":
    main()
