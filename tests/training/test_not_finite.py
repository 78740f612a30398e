"""A run that meets NaN or infinity says where and why, and keeps the last good state."""

from __future__ import annotations

import re

import numpy as np
import pytest

from chainrule import Data, Network, RunFile, RunWriter, Spec, Training, fit, resume, train
from chainrule.engine.reference import record
from chainrule.records import Ended
from chainrule.training import loop
from chainrule.training.evaluation import evaluate
from chainrule.training.not_finite import NotFinite
from tests.helpers import Rows
from tests.training.small import arrays, every_step, parts, same_state

HUGE = {"learning_rate": 1e12, "epochs": 500}


def broken(network, data, training, **how):
    with pytest.raises(NotFinite) as caught:
        fit(network, data, training, **how)
    error = caught.value
    assert all(error.to_json().values())
    assert all(np.isfinite(theta).all() for theta in error.state.params.values())
    assert all(np.isfinite(m).all() for m in error.state.memory.values())
    return error


def first_bad_step(network, data, training):
    """By hand: the first step in whose record something is not finite."""
    from chainrule.engine.batches import Batches
    from chainrule.records import State

    fitted = data.fitted(network.spec).train
    state, batches = State(0, network.params, {}, {}), Batches(fitted, training)
    with np.errstate(all="ignore"):
        while True:
            made = record(network.spec, training, state, batches(state.step + 1))
            found = [
                *(layer.z for layer in made.layers), made.loss.value, *made.grads.values(),
                *made.after.params.values(),
            ]  # fmt: skip
            if not all(np.isfinite(each).all() for each in found):
                return made.t
            state = made.after


@pytest.mark.parametrize("screen", [0.0, 0.05, 10.0])
@pytest.mark.parametrize("how", [{}, {"batch_size": 5}, {"batch_size": 1, "shuffle": False}])
def test_a_learning_rate_that_is_too_large(monkeypatch, screen, how):
    """The same step, layer and state, however the run was cut into chunks."""
    monkeypatch.setattr(loop, "SCREEN", screen)
    network, data, training = parts(**HUGE, **how)
    error = broken(network, data, training)
    step = first_bad_step(network, data, training)
    assert error.called == f"train, step {step}"
    assert error.state.step < step
    losses = evaluate(network.spec, error.state.params, data.fitted(network.spec))[0]
    assert np.isfinite(losses["train"])
    assert re.search(r"layer [12] \([01]\.\w+(\.grad|\.next)?\)|the loss", error.got)
    assert "the largest parameter is" in error.got
    assert "learning rate 1e+12" in error.do
    assert "try 0.1." in error.do
    assert f"after step {error.state.step} is kept" in error.do


def test_the_layer_is_named_where_it_overflows_first():
    """relu, layer by layer larger: 1e200 goes in, layer 1 is still finite, layer 2 is not."""
    spec = Spec.chain([1, 1, 1], "relu", last="identity")
    network = Network(spec, {"0.W": [[2e200]], "0.b": [0], "1.W": [[1e200]], "1.b": [0]})
    data = Data.from_arrays([[1.0]], [[0.5]])
    error = broken(network, data, Training(epochs=3))
    assert error.called == "train, step 1"
    assert error.got.startswith("layer 2 (1.z) overflows; the largest parameter is 2e+200, in 0.W")
    assert error.state.step == 0


def test_a_loss_that_overflows_before_any_number_of_the_network():
    spec = Spec.chain([1, 1], last="identity", loss="squared")
    network = Network(spec, {"0.W": [[1e160]], "0.b": [0]})
    error = broken(network, Data.from_arrays([[1.0]], [[0.5]]), Training(epochs=3))
    assert "the loss overflows" in error.got


def test_a_memory_that_overflows_is_named():
    """Adam's squares of gradients reach infinity first: its steps would be 0 from then on."""
    spec = Spec.chain([1, 1], last="identity", loss="squared")
    network = Network(spec, {"0.W": [[0.0]], "0.b": [0]})
    data = Data.from_arrays([[1e100]], [[1e100]])
    error = broken(network, data, Training(optimizer="adam", epochs=3))
    assert error.called == "train, step 1"
    assert error.got.startswith("layer 1 (0.W.v) overflows")


def test_large_inputs_are_pointed_out():
    x, y, _ = arrays()
    data = Data.from_arrays(1e6 * x, y)
    spec = Spec.chain([2, 4, 1], "relu", last="identity")
    error = broken(Network.start(spec, seed=1), data, Training(learning_rate=10.0, epochs=900))
    assert "standardise" in error.do
    assert "standardise" not in broken(*parts(**HUGE)).do


@pytest.mark.parametrize("saves", [True, False], ids=["saved each step", "saved by time"])
@pytest.mark.parametrize("batch_size", [None, 5, 1])
def test_the_run_file_keeps_the_last_good_state(tmp_path, monkeypatch, batch_size, saves):
    if saves:
        every_step(monkeypatch, saves=True)
    path = tmp_path / "a.chainrule"
    network, data, training = parts(**HUGE, batch_size=batch_size)
    with RunWriter.create(path, network, data, training) as run:
        error = broken(network, data, training, run=run)
    with RunFile(path) as run:
        assert run.ended == {
            "reason": "not finite", "step": error.state.step, "why": str(error),
        }  # fmt: skip
        assert same_state(run.state(), error.state)
        assert all(np.isfinite(theta).all() for theta in run.state().params.values())
        points = run.history().points
        assert points
        assert all(np.isfinite(point.train) for point in points)
        assert max(point.step for point in points) <= error.state.step
        assert np.isfinite(run.model().predict([[0.5, 0.5]])["y1"]).all()
    with pytest.raises(NotFinite) as again:  # nothing has changed, so it meets the same step
        resume(path)
    assert str(again.value) == str(error)


def test_the_last_event_tells():
    events = list(train(*parts(**HUGE)))
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert (ended.reason, ended.state.step) == ("not finite", ended.error.state.step)
    assert not any(isinstance(event, Ended) for event in events[:-1])


class Told:
    """Data of somebody else's making: nobody has looked at them."""

    def __init__(self, part, **changes):
        x, y, weight = (None if a is None else np.array(a) for a in part.block(0, part.n))
        for name, (row, value) in changes.items():
            {"x": x, "y": y, "weight": weight}[name][row] = value
        self.rows = Rows(x, y, weight)
        self.n = part.n
        self.block = self.rows.block


@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["x", "y", "weight"])
def test_bad_data_are_named_by_their_row(name, value, batch_size):
    network, data, training = parts(weights=True, batch_size=batch_size)
    told = Told(data.train, **{name: (17, value)})
    error = broken(network, Data(told), training)
    assert error.got == f"{name} of training row 17 is not finite"
    assert "learning rate" not in error.do
    steps = 5 if batch_size else 1  # the row comes in one of the first epoch's batches
    assert 1 <= int(error.called.split()[-1]) <= steps
    assert error.state.step == int(error.called.split()[-1]) - 1


def test_a_validation_part_that_is_not_finite_ends_the_run():
    """It judges the run: nothing may be decided on it."""
    network, data, training = parts(validation=5)
    told = Told(data.validation, x=(2, np.nan))
    error = broken(network, Data(data.train, validation=told), training)
    assert "over all rows" in error.got


def test_a_test_part_that_is_not_finite_has_no_say():
    network, data, training = parts(test=5)
    told = Told(data.test, x=(2, np.nan))
    result = fit(network, Data(data.train, test=told), training)
    assert same_state(result.ended.state, fit(network, data, training).ended.state)
    assert np.isnan(result.history["test"]).all()


def test_good_data_of_somebody_elses_making_train():
    network, data, training = parts(weights=True)
    ended = fit(network, Data(Told(data.train)), training).ended
    assert same_state(ended.state, fit(network, data, training).ended.state)


def test_what_happens_between_two_looks_is_found(monkeypatch):
    """No single step of a chunk is looked at while it is made."""
    network, data, training = parts(**HUGE)
    whole = broken(network, data, training)
    every_step(monkeypatch)
    cut = broken(network, data, training)
    assert str(cut) == str(whole)
    assert same_state(cut.state, whole.state)


def test_a_loss_that_overflows_only_as_the_sum_of_all_rows():
    """Each batch is a row, and its loss is below 1.8e308; the sum of 24 such is not."""
    spec = Spec.chain([1, 1], last="identity", loss="squared")
    network = Network(spec, {"0.W": [[1e154]], "0.b": [0]})
    data = Data.from_arrays(np.ones((24, 1)), np.full(24, 0.5))
    training = Training(learning_rate=1e-300, batch_size=1, shuffle=False, epochs=3)
    error = broken(network, data, training)
    assert error.called == "train, step 24"
    assert error.state.step == 0  # no state's loss was finite
    assert "over all rows" in error.got
    assert "1e-301" in error.do
