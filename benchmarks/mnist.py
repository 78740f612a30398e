"""The founding project's 784-128-64-10 on real digits: 8,000 to learn from, 2,000 held out.

python benchmarks/mnist.py [--epochs 10] [--json]        (python benchmarks/fetch_mnist.py first)
"""

from __future__ import annotations

import argparse
import json
from time import monotonic
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.core.optimizers import Adam
from chainrule.data.sets import MNIST, cache
from chainrule.training.evaluation import evaluate

SIZES = [784, 128, 64, 10]


def measured(epochs: int = 10, seed: int = 0) -> dict[str, Any]:
    with np.load(cache() / MNIST, allow_pickle=False) as found:
        data = cr.Data.from_arrays(found["x"], found["y"], test_size=2000, seed=seed)
    spec = cr.Spec.chain([data.inputs, *SIZES[1:]], "relu", loss="softmax_cross_entropy",
                         init="he_uniform", dtype="float32")  # fmt: skip
    training = cr.Training(Adam(), 0.001, batch_size=64, epochs=epochs, seed=seed)
    began = monotonic()
    model = cr.fit(cr.Network.start(spec, seed=seed), data, training).model
    seconds = monotonic() - began
    _, metrics = evaluate(spec, model.network.params, data.fitted(spec))
    return {"network": str(spec), "rows": data.train.n, "held_out": data.test.n,
            "epochs": epochs, "accuracy": metrics["accuracy"], "seconds": seconds}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measured(options.epochs)
    if options.json:
        print(json.dumps(found))
        return
    print(
        f"{found['network']}: {100 * found['accuracy']:.1f} % of {found['held_out']:,} held out, "
        f"after {found['epochs']} epochs of {found['rows']:,} rows, {found['seconds']:.0f} s"
    )


if __name__ == "__main__":
    main()
