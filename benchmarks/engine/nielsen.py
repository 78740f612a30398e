"""Nielsen's 784-30-10 network on real digits: seconds and accuracy, beside NumPy and PyTorch.

    python benchmarks/engine/nielsen.py [--epochs 30] [--seeds 3] [--json] [--keep]

Sigmoids, half the squared error, batches of 10, learning rate 3, weights and biases from a normal
distribution, as in chapter 1 of "Neural Networks and Deep Learning" (M. Nielsen, 2015). All start
from the same weights and see the same rows in the same order: 8,000 digits to learn from, 2,000
held out, and accuracy on these after every epoch, as his program prints it. One core, one process
for each; imports and the reading of the digits are not counted.

The digits: python benchmarks/fetch_mnist.py
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import machine
import numpy as np
from contest import cores, free_environment
from report import aligned

import chainrule as cr
from chainrule.core.initializers import Normal
from chainrule.data.sets import MNIST, cache
from chainrule.engine.batches import order_of_epoch
from chainrule.training.loop import fit

BATCH, RATE, HELD_OUT = 10, 3.0, 2_000
SPEC = cr.Spec.chain([784, 30, 10], "sigmoid", loss="half_squared", dtype="float32",
                     init=Normal(), bias_init=Normal())  # fmt: skip
Learnt = tuple[float, list[float]]  # seconds, accuracy after each epoch


def digits() -> cr.Data:
    path = cache() / MNIST
    if not path.exists():
        sys.exit("nielsen: the digits are not there: run python benchmarks/fetch_mnist.py once")
    with np.load(path, allow_pickle=False) as found:
        return cr.Data.from_arrays(found["x"], found["y"], test_size=HELD_OUT, seed=0)


def chainrule(engine: str) -> Callable[[cr.Data, int, int], Learnt]:
    def learn(data: cr.Data, epochs: int, seed: int) -> Learnt:
        training = cr.Training(
            learning_rate=RATE, batch_size=BATCH, epochs=epochs, seed=seed, engine=engine
        )
        clock = perf_counter()
        found = fit(cr.Network.start(SPEC, seed=seed), data, training)
        seconds = perf_counter() - clock
        return seconds, [point.metrics["accuracy"] for point in found.history.points[1:]]

    return learn


def parts(data: cr.Data) -> Any:
    """x and y to learn from, y one-hot, and x and labels held out, as float32."""
    fitted = data.fitted(SPEC)
    assert data.test
    x, y, _ = fitted.train.block(0, data.train.n)
    held, _, _ = fitted.test.block(0, HELD_OUT)
    return x, y, held, data.test.block(0, HELD_OUT)[1]


def numpy(data: cr.Data, epochs: int, seed: int) -> Learnt:
    x, y, held, labels = parts(data)
    start = cr.Network.start(SPEC, seed=seed).params
    W1, b1, W2, b2 = (start[name] for name in ("0.W", "0.b", "1.W", "1.b"))
    step, accuracy = np.float32(RATE / BATCH), []
    clock = perf_counter()
    for epoch in range(epochs):
        order = order_of_epoch(seed, epoch, len(x))
        rows, wanted = x[order], y[order]
        for i in range(0, len(x), BATCH):
            xb = rows[i : i + BATCH]
            h = 1 / (1 + np.exp(-(xb @ W1 + b1)))
            a = 1 / (1 + np.exp(-(h @ W2 + b2)))
            d2 = (a - wanted[i : i + BATCH]) * a * (1 - a)
            d1 = (d2 @ W2.T) * h * (1 - h)
            W2 -= step * (h.T @ d2)
            b2 -= step * d2.sum(0)
            W1 -= step * (xb.T @ d1)
            b1 -= step * d1.sum(0)
        a = 1 / (1 + np.exp(-(held @ W1 + b1))) @ W2 + b2
        accuracy.append(float((a.argmax(1) == labels).mean()))
    return perf_counter() - clock, accuracy


def torch(data: cr.Data, epochs: int, seed: int) -> Learnt:
    import torch as t
    from torch import nn

    t.set_num_threads(1)
    x, y, held, labels = (t.from_numpy(np.array(part)) for part in parts(data))
    start = cr.Network.start(SPEC, seed=seed).params
    net = nn.Sequential(nn.Linear(784, 30), nn.Sigmoid(), nn.Linear(30, 10), nn.Sigmoid())
    for k, layer in ((0, net[0]), (1, net[2])):
        layer.weight.data = t.from_numpy(start[f"{k}.W"].T.copy())
        layer.bias.data = t.from_numpy(start[f"{k}.b"])
    # MSELoss is the mean over rows and outputs of the square, ours half the sum over the outputs
    loss_of, accuracy = nn.MSELoss(), []
    update = t.optim.SGD(net.parameters(), RATE * SPEC.outputs / 2, foreach=False)
    clock = perf_counter()
    for epoch in range(epochs):
        order = t.from_numpy(np.array(order_of_epoch(seed, epoch, len(x))))
        for xb, yb in zip(x[order].split(BATCH), y[order].split(BATCH), strict=True):
            update.zero_grad()
            loss_of(net(xb), yb).backward()
            update.step()
        with t.inference_mode():
            accuracy.append(float((net(held).argmax(1) == labels).float().mean()))
    return perf_counter() - clock, accuracy


LEARNERS: dict[str, Callable[[cr.Data, int, int], Learnt]] = {
    "chainrule native": chainrule("native"),
    "chainrule reference": chainrule("reference"),
    "NumPy": numpy,
    "PyTorch": torch,
}


def in_a_process(who: str, epochs: int, seed: int) -> dict[str, Any]:
    """What one learner needs and reaches; why not, where it is not here."""
    done = subprocess.run(
        [sys.executable, __file__, "--epochs", str(epochs), "--who", who, "--seed", str(seed)],
        env={**free_environment(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        return {"missing": done.stderr.strip().splitlines()[-1]}
    return dict(json.loads(done.stdout))


def measured(epochs: int, seeds: int) -> dict[str, list[dict[str, Any]]]:
    """By learner, from each seed; in turn. Ctrl-C keeps what there is."""
    found: dict[str, list[dict[str, Any]]] = {who: [] for who in LEARNERS}
    try:
        for seed in range(seeds):
            for who, runs in found.items():
                if not any("missing" in run for run in runs):
                    print(f"seed {seed}: {who} ...", file=sys.stderr, flush=True)
                    runs.append(in_a_process(who, epochs, seed))
    except KeyboardInterrupt:
        print("interrupted: what was measured until now follows", file=sys.stderr)
    return {who: runs for who, runs in found.items() if runs}


def figure(found: dict[str, list[dict[str, Any]]], epochs: int) -> dict[str, Any]:
    """As docs/figures holds it."""
    least = {
        w: min(run["seconds"] for run in runs)
        for w, runs in found.items()
        if runs[-1].get("seconds")
    }
    fastest = least.get("chainrule native", min(least.values(), default=1.0))
    rows = [
        [who, round(seconds / fastest, 2), round(seconds, 3),
         ", ".join(f"{run['accuracy']:.1%}" for run in found[who])]
        for who, seconds in least.items()
    ]  # fmt: skip
    about = machine.about()
    return {
        "title": "Nielsen's 784-30-10 network on real digits",
        "columns": ["", "times as long", "seconds", "accuracy of seeds 0, 1, ..."],
        "rows": rows,
        "notes": [
            f"{epochs} epochs of 8,000 digits, batches of 10, learning rate 3; 2,000 held out. "
            "From some starts a digit or two are never learnt: weights drawn as in his first "
            "chapter are large.",
            *(f"Not there: {who}: {runs[-1]['missing']}" for who, runs in found.items()
              if "missing" in runs[-1]),
        ],
        "date": about["date"], "machine": f"{about['processor']}; {about['system']}",
        "command": "make nielsen ARGS=--keep",
    }  # fmt: skip


def learn(who: str, epochs: int, seed: int) -> None:
    """The child."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores(1))
    seconds, accuracy = LEARNERS[who](digits(), epochs, seed)
    print(json.dumps({"seconds": seconds, "accuracy": accuracy[-1]}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=3, help="so many runs of each")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="write docs/figures/nielsen.json")
    parser.add_argument("--who", choices=[*LEARNERS], help="this one alone, in this process")
    parser.add_argument("--seed", type=int, default=0, help="of --who")
    options = parser.parse_args()
    if options.who:
        learn(options.who, options.epochs, options.seed)
        return
    digits()
    made = figure(measured(options.epochs, options.seeds), options.epochs)
    print(json.dumps(made) if options.json else shown(made))
    if options.keep:
        path = Path(__file__).resolve().parents[2] / "docs" / "figures" / "nielsen.json"
        path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def shown(made: dict[str, Any]) -> str:
    return "\n".join([made["title"], *aligned(made["columns"], made["rows"]), *made["notes"]])


if __name__ == "__main__":
    main()
