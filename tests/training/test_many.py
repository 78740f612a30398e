"""Many networks in one call: each is the one that `fit` would have trained."""

from dataclasses import replace

import numpy as np
import pytest

import chainrule
from chainrule import Data, Network, Spec, Training, fit, train_many
from chainrule.core.initializers import NumpyLegacy
from chainrule.data.problems import find
from chainrule.training import many as module
from chainrule.training import starts
from chainrule.training.evaluation import part_loss
from tests.helpers import refused, same_bits
from tests.training.small import parts

SPEC = Spec.chain([2, 4, 1], "tanh", last="identity")
TRAINING = Training(learning_rate=0.1, batch_size=5, epochs=12)


def data(**how):
    return parts(**how)[1]


def alone(many, k, given, training=TRAINING):
    """Network k of many, trained by itself."""
    network = Network.start(many.spec, seed=int(many.seeds[k]))
    rate, seed = float(many.learning_rates[k]), int(many.seeds[k])
    return fit(network, given, replace(training, learning_rate=rate, seed=seed))


def agree(many, given, training=TRAINING):
    for k in range(len(many)):
        result = alone(many, k, given, training)
        step = result.ended.state.step
        loss = {p.step: p.train for p in result.history}[step]
        # 60 smooth steps let a rounding of 1e-16 grow to below 1e-11: tests/training/test_starts.
        np.testing.assert_allclose(many.losses[k], loss, rtol=1e-11)
        for name, theta in result.model.network.params.items():
            np.testing.assert_allclose(many.network(k).params[name], theta, rtol=1e-9, atol=1e-11)
        assert many.ended[k] == result.ended.reason


def test_from_many_seeds():
    many = train_many(SPEC, data(), TRAINING, seeds=range(3, 8))
    assert many.seeds.tolist() == [3, 4, 5, 6, 7]
    assert set(many.learning_rates) == {0.1}
    assert many.params["0.W"].shape == (5, 2, 4)
    assert many.params["1.b"].shape == (5, 1)
    assert many.steps.tolist() == [60] * 5
    assert len(set(many.losses)) == len(many) == 5
    agree(many, data())
    assert same_bits(many.best.params, many.network(int(many.losses.argmin())).params)
    assert repr(many) == f"Many(5 times {SPEC}, smallest train loss {many.losses.min():.6g})"


def test_each_seed_with_each_rate():
    many = train_many(SPEC, data(), TRAINING, seeds=[4, 9], learning_rates=(0.2, 0.05, 0.1))
    assert many.seeds.tolist() == [4, 4, 4, 9, 9, 9]
    assert many.learning_rates.tolist() == [0.2, 0.05, 0.1] * 2
    agree(many, data())


def test_a_network_starts_from_its_own_numbers():
    network = Network.start(SPEC, seed=77)
    many = train_many(network, data(), TRAINING, seeds=[1, 2])
    for k in (0, 1):
        result = fit(network, data(), replace(TRAINING, seed=k + 1))
        np.testing.assert_allclose(many.params["0.W"][k], result.model.network.params["0.W"], 1e-9)
    rates = train_many(network, data(), TRAINING, learning_rates=[0.1, 0.2])
    assert rates.seeds.tolist() == [0, 0]


def test_a_start_with_a_seed_of_its_own_takes_that_of_its_place():
    legacy = replace(SPEC, layers=[replace(each, init=NumpyLegacy(seed=5)) for each in SPEC.layers])
    many = train_many(legacy, data(), TRAINING, seeds=[1, 2])
    assert many.losses[0] != many.losses[1]


@pytest.mark.parametrize(
    "how",
    [
        {"patience": 3, "learning_rate": 1.0}, {"stop_below": 0.2}, {"clip_norm": 0.1},
        {"schedule": "on_plateau(patience=2)"}, {"schedule": "cosine"}, {"optimizer": "adam"},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_training_says_holds_for_each(how):
    training = replace(TRAINING, **how)
    given = data(validation=6)
    agree(train_many(SPEC, given, training, seeds=range(4)), given, training)


def test_what_is_not_finite_is_told_and_never_the_best():
    training = replace(TRAINING, learning_rate=0.1)
    many = train_many(SPEC, data(), training, learning_rates=[1e200, 0.1])
    assert many.ended == ("not finite", "finished")
    assert many.losses[0] == np.inf
    assert same_bits(many.best.params, many.network(1).params)


@pytest.mark.parametrize("how", [{}, {"clip_norm": 1.0}], ids=["together", "one by one"])
def test_a_stop_returns_what_is_there(how, monkeypatch):
    monkeypatch.setattr(starts, "POLL", -1.0)
    training, seen = replace(TRAINING, epochs=10**5, **how), []
    many = train_many(
        SPEC, data(), training, seeds=range(3), stop=lambda: True,
        report=lambda *told: seen.append(told),
    )  # fmt: skip
    assert "interrupted" in many.ended
    assert many.steps.max() < 5 * 10**5
    assert all(np.isfinite(theta).all() for theta in many.params.values())
    assert seen
    assert all(0 <= step <= total == 5 * 10**5 for step, total, _ in seen)


@pytest.mark.parametrize(
    "how",
    [{}, {"clip_norm": 1.0}, {"engine": "reference"}, {"engine": "reference", "clip_norm": 1.0}],
    ids=str,
)
def test_a_stop_leaves_out_no_network(how, monkeypatch):
    """Wide ones, which the native engine trains one by one as well; and rates and seeds."""
    monkeypatch.setattr(starts.NumpyCrowd, "size", staticmethod(lambda *_: 2))
    wide = Spec.chain([2, 300, 300, 1], "tanh", last="identity")
    started, given, looks = [], data(), iter([False])
    many = train_many(
        wide, given, Training(learning_rate=1e-4, steps=10**6, **how), seeds=range(3),
        learning_rates=[1e-4, 2e-4], stop=lambda: next(looks, True),
        report=lambda *told: started.append(told),
    )  # fmt: skip
    assert many.ended == ("interrupted",) * 6
    assert many.seeds.tolist() == [0, 0, 1, 1, 2, 2]
    assert many.learning_rates.tolist() == [1e-4, 2e-4] * 3
    assert all(len(theta) == 6 for theta in many.params.values())
    assert many.steps[-1] == 0
    assert same_bits(many.network(5).params, Network.start(wide, seed=2).params)
    loss, _ = part_loss(wide, many.network(0).params, given.fitted(wide).train)
    assert many.losses[0] == pytest.approx(loss, rel=1e-12)


def test_networks_one_by_one_are_reported_while_they_train(monkeypatch):
    monkeypatch.setattr(module, "TELL", -1.0)
    seen = []
    training = replace(TRAINING, clip_norm=1.0, engine="reference")
    train_many(SPEC, data(), training, seeds=range(2), report=lambda *told: seen.append(told))
    assert seen == sorted(seen)
    assert seen[0] == (0, 60, 0)
    assert seen[-1] == (60, 60, 2)
    assert len({steps for steps, _, ended in seen if ended == 0 and 0 < steps < 30}) > 3


@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_a_stop_between_two_judgements_tells_the_loss_of_what_is_returned(engine, monkeypatch):
    monkeypatch.setattr(starts, "POLL", -1.0)
    training = Training(learning_rate=0.1, steps=10**6, engine=engine)  # judged each 1,000 steps
    looks = iter([False, False, True])
    given = data()
    many = train_many(SPEC, given, training, seeds=range(3), stop=lambda: next(looks, True))
    assert set(many.ended) == {"interrupted"}
    assert many.steps.min() > 0
    for k in range(3):
        loss, _ = part_loss(SPEC, many.network(k).params, given.fitted(SPEC).train)
        assert many.losses[k] == pytest.approx(loss, rel=1e-12)


def test_xor_s_luck_as_the_doctor_counts_it():
    xor = find("xor")
    training = replace(xor.training, epochs=1200, stop_below=0.06)
    many = train_many(xor.spec, xor.data(), training, seeds=range(12))
    assert 0 < many.ended.count("target") < 12


def test_misuse():
    for wrong in ([], "12", 7, None):
        if wrong is not None:
            with refused("seeds", repr(wrong)):
                train_many(SPEC, data(), TRAINING, seeds=wrong)
    with refused("a seed", "-1"):
        train_many(SPEC, data(), TRAINING, seeds=[0, -1])
    with refused("a learning rate", "0"):
        train_many(SPEC, data(), TRAINING, learning_rates=[0.1, 0])
    with refused("2 columns"):
        train_many(Spec.chain([3, 1]), Data.from_arrays(np.ones((4, 2)), np.ones(4) / 2), TRAINING)


def test_it_is_public():
    assert chainrule.train_many is module.train_many
    assert chainrule.Many is starts.Many


@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_cutting_changes_no_bit(engine, monkeypatch):
    training = replace(TRAINING, engine=engine, optimizer="adam", schedule="cosine", l2=0.01)
    whole = train_many(SPEC, data(validation=6), training, seeds=range(9))
    monkeypatch.setattr(starts, "AT_ONCE", 7)
    cut = train_many(SPEC, data(validation=6), replace(training, threads=2), seeds=range(9))
    assert same_bits(whole.params, cut.params)
    assert same_bits(whole.losses, cut.losses)
    agree(whole, data(validation=6), training)


def test_dropout_and_weights_of_rows_are_each_networks_own():
    dropping = replace(SPEC, layers=[replace(SPEC.layers[0], drop_probability=0.3), SPEC.layers[1]])
    given = data(weights=True)
    many = train_many(dropping, given, TRAINING, seeds=range(4))
    agree(many, given)
    assert len(set(many.losses)) == 4
