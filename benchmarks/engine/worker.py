"""A peer in a process of its own: reads requests, answers with times, one JSON line each.

    python benchmarks/engine/worker.py CORES      (contest.py starts it)

It is pinned before anything is imported that would count the cores.
"""

from __future__ import annotations

import json
import os
import sys
from time import perf_counter
from typing import Any

Said = dict[str, Any]
TURN = float(os.environ.get("BENCH_TURN", "0.6"))  # seconds, then it is another's turn
WHOLE = ("chainrule fit()",)  # costs a point of the history, not a step: it can't be scaled up
COMPARED = 1000  # epochs after which all peers' weights are compared, at most


def pin(cores: list[int]) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(len(cores))


class Work:
    """What this process measures. `prepare` once, then `measure` as often as it is asked."""

    def train(self, who: str, job: str, dtype: str, threads: int, small: bool, keep: str) -> Said:
        """Lay out, compile, warm up; the weights after a number of steps that all peers make."""
        import numpy as np
        from jobs import named
        from peers import PEERS

        self.job = named(job, small)
        self.run = PEERS[who](self.job, dtype, threads)
        epochs = self.job.steps // self.job.per_epoch
        some = min(epochs, COMPARED)
        _, weights = self.run(some * self.job.per_epoch)
        np.savez(keep, *(part for pair in weights for part in pair if part is not None))
        seconds, _ = self.run(some * self.job.per_epoch)
        fit = epochs if who in WHOLE else max(1, min(epochs, int(TURN / seconds * some)))
        self.steps = self.job.per_epoch * fit
        if self.steps != some * self.job.per_epoch:
            self.run(self.steps)
        return {"of_steps": self.steps, "compared": some * self.job.per_epoch}

    def measure_train(self) -> Said:
        """Seconds for the job, a few times: from fewer steps where all would take too long."""
        scale = self.job.steps / self.steps
        found: list[float] = []
        while not found or sum(found) < TURN / 4 * scale:
            found.append(self.run(self.steps)[0] * scale)
        return {"seconds": found}

    def answer(self, who: str, job: str, rows: int, threads: int, small: bool) -> Said:
        import numpy as np
        from answers import ANSWERERS
        from jobs import forward, named

        made = named(job, small)
        x = np.random.default_rng(2).random((rows, made.sizes[0]), dtype=np.float32)
        self.call = ANSWERERS[who](made, x, threads)
        some = slice(0, 1000)
        right = forward(made, made.starts("float64"), x[some].astype(np.float64))
        theirs = np.asarray(self.call())[some]
        return {"apart": float(np.abs(theirs - right).max())}

    def measure_call(self) -> Said:
        """Seconds of one call: from blocks of calls long enough for the clock."""
        clock = perf_counter()
        self.call()
        calls = max(1, int(0.01 / (perf_counter() - clock)))
        found = []
        while not found or sum(found) * calls < TURN / 4:
            clock = perf_counter()
            for _ in range(calls):
                self.call()
            found.append((perf_counter() - clock) / calls)
        return {"seconds": found}

    def product(self, who: str, dtype: str, threads: int, size: int) -> Said:
        """A large matrix product, by whoever does it: the limit of this core."""
        import numpy as np

        rng = np.random.default_rng(3)
        a, b = (rng.random((size, size)).astype(dtype) for _ in range(2))
        if who == "NumPy":
            out = np.empty_like(a)
            self.call = lambda: np.matmul(a, b, out=out)
        elif who == "PyTorch":
            import torch

            torch.set_num_threads(threads)
            left, right, into = (torch.from_numpy(part) for part in (a, b, np.empty_like(a)))
            self.call = lambda: torch.matmul(left, right, out=into)
        else:
            import jax

            jax.config.update("jax_enable_x64", dtype == "float64")
            left, right = jax.numpy.asarray(a), jax.numpy.asarray(b)
            times = jax.jit(lambda p, q: p @ q).lower(left, right).compile()
            self.call = lambda: times(left, right).block_until_ready()
        self.call()
        return {}

    def kernels(self) -> Said:
        """What multiplies matrices in this process."""
        try:
            from threadpoolctl import threadpool_info
        except ImportError:
            return {"kernels": []}
        return {"kernels": threadpool_info()}


def main() -> None:
    pin([int(core) for core in sys.argv[1].split(",")])
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    work = Work()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            said = getattr(work, request.pop("do"))(**request)
        except ImportError as error:
            said = {"missing": str(error)}
        except Exception as error:
            said = {"failed": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
