"""Parts 2 and 3 of the contract: whole networks, and whole runs one step at a time.

The bound of a step is the reference's own step, run on numbers that carry their doubt (near.py).
"""

import numpy as np

from chainrule.core.activations import ACTIVATIONS
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS
from tests.contracts.bounds import Share
from tests.contracts.cases import random_run
from tests.contracts.checks import check_network, check_step_by_step

GROUP, GROUPS = 16, 500


def test_runs_step_by_step(engine, battery, seed, capsys):
    firsts = battery(range(0, GROUP * GROUPS, GROUP))
    firsts = firsts if engine.name != "reference" else firsts[:1]  # itself, as a test of the test
    share, tried = Share(), 0
    for number in (first + k for first in firsts for k in range(GROUP)):
        run = random_run(number, seed)
        if engine.supports(run.spec, run.training) is None:
            check_network(engine, run, share)
            check_step_by_step(engine, run, share)
            tried += 1
    with capsys.disabled():
        print(
            f"\n{engine.name}: {tried} runs of seed {seed} step by step, {share.numbers} numbers, "
            f"{share.vague / share.numbers:.1%} of the bounds vague; worst share of a bound "
            f"{share.worst:.2f} ({share.where})"
        )
    assert tried == GROUP * len(firsts)


def test_runs_are_of_every_kind(seed):
    runs = [random_run(number, seed) for number in range(1000)]
    layers = [layer for run in runs for layer in run.spec.layers]
    trainings = [run.training for run in runs]
    assert {layer.activation.name for layer in layers} == set(ACTIVATIONS)
    assert {run.spec.loss.name for run in runs} == set(LOSSES)
    assert {t.optimizer.name for t in trainings} == set(OPTIMIZERS)
    assert {layer.bias for layer in layers} == {"unit", "shared", "none"}
    assert {layer.frozen for layer in layers} == {(), ("W",), ("b",), ("W", "b")}
    assert {layer.drop_probability for layer in layers} == {0.0, 0.25, 0.5, 0.9}
    assert {len(run.spec.layers) for run in runs} == {1, 2, 3, 4, 5}
    assert {run.spec.dtype for run in runs} == {"float32", "float64"}
    assert len({run.spec.conventions for run in runs}) == 8
    for setting in ("l1", "l2", "decay"):
        assert {getattr(t, setting) > 0 for t in trainings} == {True, False}
    assert {t.clip_norm is None for t in trainings} == {True, False}
    assert {type(t.class_weight) for t in trainings} == {type(None), str, tuple}
    assert {run.rows.weight is None for run in runs} == {True, False}
    sizes = {(t.batch_size, run.rows.n) for t, run in zip(trainings, runs, strict=True)}
    assert {1, 2, 7, 10**6, None} <= {size for size, _ in sizes}
    assert any(size == n for size, n in sizes)
    assert any(size and size < n and n % size for size, n in sizes)
    assert {1, 70} <= set(np.ravel([run.spec.sizes[:2] for run in runs]).tolist())
