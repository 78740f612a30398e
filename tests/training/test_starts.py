"""Many starts at once take the steps of the reference engine, start by start."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule.core.initializers import Uniform
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.data.parts import Data
from chainrule.data.problems import find
from chainrule.engine.reference import record, start_memory
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Conventions, Spec, Training
from chainrule.training import at_once, crowd, starts
from chainrule.training.loop import fit
from chainrule.training.not_finite import NotFinite
from tests.random_networks import random_case
from tests.rounding import U, bounds

STARTS = 3


def differences(number, seed, gradients=at_once.gradients):
    """For each parameter of a random network: the largest difference, in what rounding allows."""
    case = random_case(number, seed, widest=9, most_rows=17)
    rng = np.random.default_rng(number)
    l2 = float(rng.choice([0, 0.3]))
    over_batch = bool(rng.random() < 0.3)
    spec = replace(case.spec, conventions=replace(case.spec.conventions,
                                                  penalty_over_batch=over_batch))  # fmt: skip
    networks = [
        Network(spec, {n: theta * rng.uniform(0.5, 1.5) for n, theta in case.params.items()})
        for _ in range(STARTS)
    ]
    training, batch = Training(steps=1, l2=l2), case.batch
    share, size = None, len(batch.x)
    if batch.weight is not None:
        size = batch.weight.sum()
        share = batch.weight / size if spec.conventions.batch == "mean" else batch.weight
        share = np.tile(share, STARTS)
    answers = np.concatenate([batch.y] * STARTS)
    found = gradients(
        spec, training, at_once.stacked(networks), batch.x[None], answers, share, size
    )
    worst = {}
    for k, network in enumerate(networks):
        made = record(spec, training, State(0, network.params, {}, {}), batch)
        allowed = bounds(made)
        for name, ours in found.items():
            theirs = made.grads[name]
            # Both are within the bound of the exact value; the penalty is a product and a sum.
            most = 2 * allowed[name] + 4 * U * (np.abs(theirs) + np.abs(network.params[name]))
            off = np.abs(ours[k].reshape(theirs.shape) - theirs) / np.maximum(most, 1e-300)
            worst[name] = max(worst.get(name, 0.0), float(off.max()))
    return worst


def test_gradients_are_those_of_the_reference(battery, seed):
    losses = set()
    for number in battery(range(200)):
        losses.add(random_case(number, seed, widest=9, most_rows=17).spec.loss.name)
        assert max(differences(number, seed).values()) <= 1, number
    assert len(losses) >= 3


def test_a_wrong_gradient_would_be_found(seed):
    def wrong(*arguments):
        return {name: 1.0001 * g for name, g in at_once.gradients(*arguments).items()}

    for number in range(5):
        assert max(differences(number, seed, wrong).values()) > 1


def small(loss, *, weights=False, validation=0):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(23, 3))
    y = (x[:, 0] > 0).astype(int) if LOSSES[loss].on == "z" else np.tanh(x[:, :2])
    weight = rng.random(23) if weights else None
    data = Data.from_arrays(x, y, weight, validation_size=validation)
    outputs = 2 if LOSSES[loss].targets == "labels" or LOSSES[loss].on == "a" else 1
    last = LOSSES[loss].last or "identity"
    return Spec.chain([3, 4, outputs], "tanh", last=last, loss=loss), data


def both(spec, data, training, count=4):
    """Ends of the starts trained together, and each trained alone by the loop."""
    training, seeds = replace(training, engine="reference"), list(range(count))
    networks = [Network.start(spec, seed=seed) for seed in seeds]
    together = starts.train_starts(networks, data.fitted(spec), training, seeds)
    alone = []
    for seed, network in zip(seeds, networks, strict=True):
        try:
            result = fit(network, data, replace(training, seed=seed))
            used = {p.step: p.train for p in result.history}[result.ended.state.step]
            alone.append((result.ended.reason, used))
        except NotFinite:
            alone.append(("not finite", np.inf))
    return together, alone


def agree(together, alone):
    """Ended alike, with losses that differ by the rounding of some hundred smooth steps."""
    assert list(together.ended) == [reason for reason, _ in alone]
    # A step amplifies an error by little here: 1e-16 grows to below 1e-11 in 60 steps.
    np.testing.assert_allclose(together.losses, [loss for _, loss in alone], rtol=1e-11)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_runs_are_those_of_the_loop(loss, optimizer):
    spec, data = small(loss)
    for batch, shuffle in ((None, True), (5, True), (5, False), (1, False)):
        training = Training(optimizer, 0.03, batch_size=batch, shuffle=shuffle, steps=60, l2=0.01)
        agree(*both(spec, data, training))


@pytest.mark.parametrize("batch", ["mean", "sum"])
def test_weights_of_rows_and_conventions(batch):
    spec, data = small("half_squared", weights=True)
    how = Conventions(batch=batch, outputs="mean", penalty_over_batch=True)
    training = Training(learning_rate=0.05, batch_size=6, steps=50, l2=0.1)
    agree(*both(replace(spec, conventions=how), data, training))


def test_patience_and_target_end_the_same_starts():
    spec, data = small("half_squared", validation=7)
    training = Training("adam", 0.05, steps=300, patience=8)
    together, alone = both(spec, data, training)
    agree(together, alone)
    assert "no improvement" in together.ended
    training = Training("adam", 0.05, steps=300, stop_below=0.05)
    together, alone = both(spec, data, training)
    agree(together, alone)
    assert len(set(together.ended)) > 1 or together.ended[0] == "target"


def test_frozen_and_shared_and_float32():
    spec = Spec.chain([3, 4, 2], "sigmoid", loss="squared", dtype="float32", bias="shared")
    spec = replace(spec, layers=(replace(spec.layers[0], frozen=("W",)), spec.layers[1]))
    data = small("half_squared")[1]
    together, alone = both(spec, data, Training(learning_rate=0.1, steps=40))
    assert together.losses == pytest.approx([loss for _, loss in alone], rel=1e-5)
    stacked = at_once.stacked([Network.start(spec, seed=0)] * 2)
    assert {theta.dtype.name for theta in stacked.values()} == {"float32"}


def test_numbers_that_are_not_finite_end_a_start():
    spec, data = small("half_squared")
    training = Training(learning_rate=1e200, steps=40)
    together, alone = both(spec, data, training, count=2)
    assert list(together.ended) == [reason for reason, _ in alone] == ["not finite"] * 2


def test_twelve_starts_of_xor_end_as_those_of_the_loop():
    xor = find("xor")
    training = replace(xor.training, epochs=1200, stop_below=0.06)
    together, alone = both(xor.spec, xor.data(), training, count=12)
    assert list(together.ended) == [reason for reason, _ in alone]
    assert 0 < together.ended.count("target") < 12


def test_groups_change_nothing(monkeypatch):
    spec, data = small("half_squared")
    training = Training(learning_rate=0.05, batch_size=5, steps=30)
    networks = [Network.start(spec, seed=seed) for seed in range(7)]
    whole = starts.train_starts(networks, data.fitted(spec), training, range(7))
    monkeypatch.setattr(crowd, "NUMBERS", 2 * 5 * sum(spec.sizes))
    seen = []
    parts = starts.train_starts(
        networks, data.fitted(spec), training, range(7), report=lambda *told: seen.append(told)
    )
    np.testing.assert_array_equal(parts.losses, whole.losses)
    assert [step for step, _, _ in seen] == sorted(step for step, _, _ in seen)
    assert seen[-1] == (30, 30, 7)


def test_a_stop_says_how_far_each_start_is(monkeypatch):
    monkeypatch.setattr(starts, "POLL", -1.0)
    spec, data = small("half_squared")
    spec = replace(spec, layers=tuple(replace(layer, init=Uniform(-1, 1)) for layer in spec.layers))
    networks = [Network.start(spec, seed=seed) for seed in range(3)]
    ends = starts.train_starts(
        networks, data.fitted(spec), Training(steps=500), range(3), stop=lambda: True
    )
    assert ends.ended == ("interrupted",) * 3
    assert max(ends.steps) < 500


def test_batch_of_a_record_is_what_the_starts_take(rng):
    """The rows of step t are those of the engine, for every seed."""
    from chainrule.engine.batches import Batches

    spec, data = small("half_squared", weights=True)
    train = data.fitted(spec).train
    for shuffle in (True, False):
        training = Training(batch_size=5, shuffle=shuffle, steps=99)
        rows = crowd._Rows(train, training, spec)
        for t in (1, 5, 6, 11):
            x, y, share, _ = rows(t, np.array([4, 9]))
            for k, seed in enumerate((4, 9)):
                batch: Batch = Batches(train, replace(training, seed=seed))(t)
                n = len(batch.x)
                np.testing.assert_array_equal(x[k if len(x) > 1 else 0], batch.x)
                np.testing.assert_array_equal(y[k * n : (k + 1) * n], batch.y)
                np.testing.assert_array_equal(
                    share[k * n : (k + 1) * n], batch.weight / batch.weight.sum()
                )
    assert start_memory(spec, training, Network.start(spec, seed=0).params) == {}
