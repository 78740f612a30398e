"""The bounds themselves: honest engines stay within them, and they are not loose."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule.core.activations import ACTIVATIONS
from chainrule.core.losses import LOSSES
from chainrule.engine.reference import reference
from chainrule.spec import Spec
from tests.contracts.bounds import Share, near_gradients, near_outputs, used
from tests.contracts.broken import instead
from tests.contracts.cases import random_run
from tests.contracts.checks import check_network, check_step_by_step
from tests.contracts.doubting import doubting
from tests.contracts.near import Near, gamma
from tests.helpers import at_least_apart

RUNS = 30


def backwards(x, W, b):
    """The same sums, the last term first."""
    z = x[:, ::-1] @ np.ascontiguousarray(W[::-1])
    return z if b is None else b + z


def one_by_one(x, W, b):
    """The same sums, one term after the other, the bias first."""
    z = np.zeros((len(x), W.shape[1]), x.dtype) if b is None else b + np.zeros_like(x @ W)
    for k in range(len(W)):
        z = z + x[:, k : k + 1] * W[k]
    return z


@pytest.mark.parametrize("dense", [backwards, one_by_one])
def test_other_orders_of_the_same_sums_are_within(dense, seed):
    share = Share()
    for number in range(RUNS):
        run = random_run(number, seed)
        check_network(instead("dense", dense), run, share)
        check_step_by_step(instead("dense", dense), run, share)
    assert 0 < share.worst < 1


def test_single_precision_is_within_half_of_its_bounds_of_the_truth(seed):
    """Double precision stands for the truth: an engine alone may be off by half of what two may."""
    worst, numbers, vague = 0.0, 0, 0
    for number in range(3 * RUNS):
        run = random_run(number, seed)
        spec = replace(run.spec, dtype="float32")
        single = {name: theta.astype("float32") for name, theta in run.state.params.items()}
        batch = as_dtype(run.batch, "float32")
        _, near = near_gradients(spec, single, batch)
        near |= {"outputs": near_outputs(spec, single, batch.x)}
        double = {name: theta.astype(float) for name, theta in single.items()}
        wide, truth = as_dtype(batch, float), replace(spec, dtype="float64")
        found = reference.gradients(truth, double, wide)[1]
        found |= {"outputs": reference.predict(truth, double, wide.x)}
        for name, ours in near.items():
            worst = max(worst, float(used(found[name], ours).max()))
            numbers, vague = numbers + ours.size, vague + is_vague(ours)
    assert 0.01 < worst < 0.5
    assert vague < 0.2 * numbers  # five layers in single precision know two digits of the worst


def is_vague(near):
    return int((near.off > 0.01 * np.abs(near.wide).max()).sum())


def as_dtype(batch, dtype):
    return batch._make(
        part.astype(dtype) if part is not None and part.dtype.kind == "f" else part
        for part in batch
    )


def shaken(near, rng):
    """Numbers that another engine may have had, and exactly that: no more doubt."""
    return near.value + 0.999 * rng.uniform(-near.below, near.above)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("doubt", [1e-12, 1e-6, 0.1, 3.0])
def test_doubt_is_carried_through_every_activation(name, doubt, rng):
    """A z that is off by so much leads to an a and a slope that are off by no more than said."""
    spec = Spec.chain([5, 5], name)
    row, z = spec.layers[0].activation, 3 * rng.normal(size=(40, 5))
    da = rng.normal(size=z.shape)
    near = Near(z, doubt * rng.random(z.shape), doubt * rng.random(z.shape))
    with doubting():
        a = row.f(near)
        dz = row.backward(Near(da), near, a)
    for _ in range(50):
        other = shaken(near, rng)
        assert used(row.f(other), a).max() <= 1
        assert used(row.backward(da, other, row.f(other)), dz).max() <= 1


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("doubt", [1e-12, 1e-6, 0.1, 3.0])
def test_doubt_is_carried_through_every_loss(name, doubt, rng):
    loss, q = LOSSES[name] if not isinstance(LOSSES[name], type) else LOSSES[name](), 0.0
    q = 2 * rng.normal(size=(40, 4))
    y = rng.integers(0, 2, q.shape).astype(float)
    y = y.argmax(axis=1) if loss.targets == "labels" else y
    near = Near(q, doubt * rng.random(q.shape), doubt * rng.random(q.shape))
    found = loss(near, y if loss.targets == "labels" else Near(y))
    for _ in range(50):
        other = loss(shaken(near, rng), y)
        assert used(other.value, found.value).max() <= 1
        assert used(other.d, found.d).max() <= 1


def test_the_bound_of_a_plain_sum_is_the_textbook_one():
    """γ_k of the sum of sizes for each engine, and of the product of each pair nothing else."""
    x, W = np.ones((1, 50)), -np.ones((50, 1))
    z = x @ Near(W)
    assert z.above == pytest.approx(2 * gamma(50, "float64") * 50, rel=1e-12)


def test_apart_from_kinks_slopes_are_known(rng):
    z = Near(at_least_apart(rng, (0.0,), (6, 6)), 0.01, 0.01)
    row = ACTIVATIONS["relu"]
    assert (row.slope(z, row.f(z)).off == 0).all()
    near = row.slope(Near(np.array([[0.005, -0.005, 0.02]]), 0.01, 0.01), None)
    assert near.off.tolist() == [[1, 1, 0]]
