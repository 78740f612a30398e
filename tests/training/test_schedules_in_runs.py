"""Schedules in whole runs: what the history says, resume, replay, and what is refused."""

import numpy as np
import pytest

from chainrule import Data, Network, RunFile, RunWriter, Spec, Training, fit
from chainrule.core.schedules import OnPlateau
from chainrule.engine.rates import falls_of, rate_of
from chainrule.training.stopping import judge, patience_of
from tests.helpers import refused, same_bits
from tests.training.small import end, every_step, interrupted, made, parts, same_state, stop_at

PLATEAU = {"schedule": "on_plateau(patience=2)", "learning_rate": 1.5, "epochs": 40}


def judged(losses, **how):
    control, training = {}, Training(epochs=9, **how)
    for epoch, loss in enumerate(losses):
        control, _ = judge(control, training, 10 * epoch, epoch, {"train": loss})
    return control


def test_the_rate_falls_where_the_loss_stands_still():
    losses = [0.5, 0.4, 0.6, 0.5, 0.45, 0.42, 0.3, 0.35]
    schedule = OnPlateau(patience=2)
    assert judged(losses[:3], schedule=schedule).get("falls") is None
    assert judged(losses[:4], schedule=schedule)["falls"] == [30]  # the best was at epoch 1
    assert judged(losses, schedule=schedule)["falls"] == [30, 50]  # patience anew after each
    assert "falls" not in judged(losses)


def test_the_shortest_patience_says_how_often_a_run_is_judged():
    assert patience_of(Training(steps=1)) is None
    assert patience_of(Training(steps=1, patience=7)) == 7
    assert patience_of(Training(steps=1, patience=7, schedule=OnPlateau(patience=3))) == 3
    assert patience_of(Training(steps=1, schedule="warm_up(then=on_plateau(patience=5))")) == 5


def test_the_history_has_the_rate_of_each_step():
    network, data, training = parts(schedule="step(every=10)", batch_size=8, epochs=30)
    history = fit(network, data, training).history
    expected = [0.1 * 0.5 ** (max(step - 1, 0) // 30) for step in history["step"]]
    assert history["learning_rate"].tolist() == expected
    assert len(set(expected)) == 3


def test_a_plateau_lowers_the_rate_of_a_run():
    network, data, training = parts(**PLATEAU)
    result = fit(network, data, training)
    falls = result.ended.state.control["falls"]
    assert len(falls) >= 2
    rates = result.history["learning_rate"]
    steps = result.history["step"]
    expected = [1.5 * 0.5 ** sum(fall < max(step, 1) for fall in falls) for step in steps]
    assert rates.tolist() == expected


@pytest.mark.parametrize("batch_size", [None, 8])
def test_a_stopped_run_goes_on_to_the_same_bits(batch_size, tmp_path, monkeypatch):
    how = {**PLATEAU, "batch_size": batch_size}
    whole = end(made(tmp_path / "whole.chainrule", **how))
    assert len(whole.control["falls"]) >= 2
    every_step(monkeypatch, saves=True)
    for at in (1, whole.control["falls"][0], whole.control["falls"][1] + 1):
        path = interrupted(tmp_path / f"{at}.chainrule", at=at, **how)
        with RunWriter.resume(path) as run:
            network = Network(run.spec, run.state().params)
            fit(network, run.data(), run.training, run=run)
        assert same_state(end(path), whole)
        assert end(path).control == whole.control


def test_every_state_is_replayed_with_the_falls_that_came_before_it(tmp_path, monkeypatch):
    """Also where no snapshot was taken between a fall and the state."""
    every_step(monkeypatch)
    seen = {}

    def keep(event):
        if hasattr(event, "state"):
            seen[event.state.step] = event.state

    network, data, training = parts(**PLATEAU)
    with RunWriter.create(tmp_path / "r.chainrule", network, data, training) as run:
        fit(network, data, training, run=run, consumers=[keep])
    with RunFile(tmp_path / "r.chainrule") as run:
        assert len(run.steps()) < 5
        for step in sorted(seen):
            state = run.state(step)
            assert same_state(state, seen[step])
            falls = falls_of(seen[max(seen)])
            found = rate_of(training, step + 1, step, falls_of(state))
            assert found == rate_of(training, step + 1, step, falls)


def test_a_longer_run_of_a_schedule_that_looks_at_its_end_is_refused(tmp_path):
    path = interrupted(tmp_path / "r.chainrule", at=20, schedule="warm_up(then=cosine)")
    with refused("resume", "cosine", "start a new one"):
        RunWriter.resume(path, epochs=100)
    with RunWriter.resume(path) as run:  # to its own end it may go
        fit(Network(run.spec, run.state().params), run.data(), run.training, run=run)
    whole = end(made(tmp_path / "whole.chainrule", schedule="warm_up(then=cosine)"))
    assert same_state(end(path), whole)
    other = made(tmp_path / "s.chainrule", schedule="exponential")
    RunWriter.resume(other, epochs=100).close()


@pytest.mark.parametrize("how", [
    {"schedule": "cosine", "clip_norm": 0.05, "l1": 0.001, "decay": 0.01, "optimizer": "rmsprop"},
    {"optimizer": "nesterov", "schedule": "inverse_scaling"},
    {"optimizer": "adagrad"},
])  # fmt: skip
def test_other_settings_survive_a_stop_as_well(how, tmp_path):
    whole = end(made(tmp_path / "whole.chainrule", batch_size=8, **how))
    path = interrupted(tmp_path / "r.chainrule", at=33, batch_size=8, **how)
    with RunWriter.resume(path) as run:
        fit(Network(run.spec, run.state().params), run.data(), run.training, run=run)
    assert same_state(end(path), whole)


def test_dropout_and_weights_of_classes_survive_a_stop(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2))
    data = Data.from_arrays(x, (x[:, 0] > 0.8).astype(int), validation_size=6)
    spec = Spec.chain([2, 8, 2], "gelu", loss="softmax_cross_entropy")
    spec = Spec.from_json({**spec.to_json(), "layers": [
        {**spec.layers[0].to_json(), "drop_probability": 0.3}, spec.layers[1].to_json(),
    ]})  # fmt: skip
    training = Training("adam", epochs=20, batch_size=7, class_weight="balanced", clip_norm=1.0)
    network = Network.start(spec, seed=0)
    whole = fit(network, data, training)
    with RunWriter.create(tmp_path / "r.chainrule", network, data, training) as run:
        fit(network, data, training, run=run, consumers=[stop_at(31)])
    with RunWriter.resume(tmp_path / "r.chainrule") as run:
        result = fit(Network(spec, run.state().params), run.data(), training, run=run)
    assert same_state(result.ended.state, whole.ended.state)
    assert same_bits(result.history["validation"][-1], whole.history["validation"][-1])


def test_weights_of_classes_need_classes():
    network, data, _ = parts()
    with refused("class_weight", "numbers"):
        fit(network, data, Training(steps=3, class_weight="balanced"))


@pytest.mark.parametrize(("outputs", "last"), [(1, "sigmoid"), (2, "softmax")])
def test_there_is_a_weight_for_every_class_and_no_more(outputs, last):
    x = np.random.default_rng(0).normal(size=(30, 2))
    data = Data.from_arrays(x, (x[:, 0] > 0.8).astype(int))
    loss = {"sigmoid": "binary_cross_entropy", "softmax": "softmax_cross_entropy"}[last]
    network = Network.start(Spec.chain([2, outputs], loss=loss), seed=0)
    fit(network, data, Training(steps=3, class_weight=np.array([1, 3])))
    with refused("class_weight", "2 classes", "3 weights"):
        fit(network, data, Training(steps=3, class_weight=(1, 3, 5)))
