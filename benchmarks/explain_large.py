"""How long one explanation takes: one weight of a 784-128-10 network, batch 64, down to the data.

    python benchmarks/explain_large.py [--repeat 7]

Prints one JSON line for each of four addresses: the median of so many explanations, each made
anew, and how many numbers it looked up and evaluated. The promise is less than a second.
"""

from __future__ import annotations

import argparse
import json
from statistics import median
from time import perf_counter

import numpy as np

from chainrule import Network, Spec, Training, record
from chainrule.engine.reference import start_memory
from chainrule.records import Batch, State, StepRecord
from chainrule.trace.walk import explain

ADDRESSES = ("0.W[400,7]", "1.W[5,3]", "0.dz[3,7]", "loss")


def large_step() -> StepRecord:
    """Step 1 of a network of that size on random rows, with Adam and a penalty."""
    rng = np.random.default_rng(0)
    spec = Spec.chain([784, 128, 10], "relu", last="softmax", loss="softmax_cross_entropy")
    training = Training("adam", learning_rate=0.001, l2=1e-4, steps=1)
    params = Network.start(spec, seed=0).params
    state = State(0, params, start_memory(spec, training, params), {})
    x, y = rng.random((64, 784)), rng.integers(0, 10, 64)
    return record(spec, training, state, Batch(np.arange(64), x, y, None))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=7)
    repeat = parser.parse_args().repeat
    made = large_step()
    for address in ADDRESSES:
        seconds, numbers = [], 0
        for _ in range(repeat):
            clock = perf_counter()
            numbers = sum(1 for _ in explain(made, address).each())
            seconds.append(perf_counter() - clock)
        found = {"address": address, "seconds": round(median(seconds), 4), "numbers": numbers}
        print(json.dumps({"network": str(made.spec), "batch": 64, **found}))


if __name__ == "__main__":
    main()
