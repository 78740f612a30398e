"""The loop: its events, its ends, and that nothing but the settings decides on the bits."""

from __future__ import annotations

import itertools
import math
import signal
import threading
import tracemalloc

import numpy as np
import pytest

from chainrule import Data, Network, RunFile, RunWriter, Spec, Training, fit, resume, train
from chainrule.core.errors import UsageError
from chainrule.data.splits import split
from chainrule.engine import reference
from chainrule.records import Ended, Evaluated, Progress, Saved, Started
from chainrule.training import loop, run_contents, run_writer
from chainrule.training.evaluation import evaluate, part_loss
from chainrule.training.loop import Interrupts
from tests.helpers import EPS, refused, same_bits
from tests.training.kills import end_of
from tests.training.small import (
    arrays,
    end,
    every_step,
    interrupted,
    made,
    parts,
    same_state,
    stop_at,
)

ALL = {
    "sgd, full batch": {},
    "adam, shuffled": {"optimizer": "adam", "batch_size": 5},
    "momentum, online": {"optimizer": "momentum", "batch_size": 1, "shuffle": False, "epochs": 5},
    "adam, weights, validation, patience, float32": {
        "optimizer": "adam", "weights": True, "validation": 6, "patience": 8, "dtype": "float32",
        "learning_rate": 0.3, "batch_size": 4, "epochs": 400,
    },
}  # fmt: skip


def without_seconds(history):
    return [point._replace(seconds=0) for point in history]


# -------------------------------------------------------------------------------------- events


@pytest.mark.parametrize("how", ALL.values(), ids=ALL)
def test_events_come_in_order(how):
    network, data, training = parts(test=4, **how)
    events = list(train(network, data, training))
    started, first, last = events[0], events[1], events[-1]
    assert isinstance(started, Started)
    assert started.total_steps == training.total_steps(data.train.n)
    assert (started.state.step, started.spec, started.training) == (0, network.spec, training)
    assert isinstance(first, Evaluated)
    assert (first.step, first.epoch, first.batch_loss) == (0, 0, None)
    assert isinstance(last, Ended)
    assert all(isinstance(event, Progress | Evaluated) for event in events[1:-1])

    reached, per_epoch = 0, training.steps_per_epoch(data.train.n)
    for event in events[2:-1]:
        if isinstance(event, Progress):
            assert event.steps.tolist() == list(range(reached + 1, event.state.step + 1))
            assert len(event.losses) == len(event.steps)
            reached = event.state.step
        assert event.epoch == reached // per_epoch
        if isinstance(event, Evaluated):
            assert event.step == reached
            assert set(event.losses) == set(data.parts)
            assert event.metrics["on"] == "test"
    times = [event.seconds for event in events if hasattr(event, "seconds")]
    assert times == sorted(times)


def test_saved_events_name_the_file(tmp_path, monkeypatch):
    every_step(monkeypatch, saves=True)
    path = tmp_path / "a.chainrule"
    network, data, training = parts(epochs=5)
    with RunWriter.create(path, network, data, training) as run:
        events = list(train(network, data, training, run=run))
    kinds = [type(event).__name__ for event in events]
    assert kinds == [
        "Started",
        "Evaluated",
        "Saved",
        *["Progress", "Evaluated", "Saved"] * 5,
        "Ended",
    ]
    assert [e.step for e in events if isinstance(e, Saved)] == list(range(6))
    assert {e.path for e in events if isinstance(e, Saved)} == {str(path)}


def test_losses_are_those_of_the_states(monkeypatch):
    """What is reported for state s is the loss under its very parameters, on every part."""
    every_step(monkeypatch)
    network, data, training = parts(test=4, validation=5, weights=True, batch_size=4, epochs=3)
    seen, fitted = {}, data.fitted(network.spec)
    for event in train(network, data, training):
        if isinstance(event, Progress):
            seen[event.state.step] = event.state
        if isinstance(event, Evaluated) and event.step:
            losses, metrics = evaluate(network.spec, seen[event.step].params, fitted)
            assert (event.losses, event.metrics) == (losses, metrics)
            for name, part in fitted.parts.items():
                x, y, w = part.block(0, part.n)
                a = Network(network.spec, seen[event.step].params).forward(x)
                mean = float(np.average(((a - y) ** 2 / 2).sum(axis=1), weights=w))
                # two sums of at most 24 terms in another order
                assert losses[name] == pytest.approx(mean, rel=48 * EPS["float64"])


def test_large_data_is_evaluated_in_blocks(monkeypatch):
    network, data, _ = parts(97, weights=True)
    fitted = data.fitted(network.spec)
    whole, outputs = part_loss(network.spec, network.params, fitted.train)
    monkeypatch.setattr("chainrule.training.evaluation.NUMBERS_AT_ONCE", 40)
    in_blocks, again = part_loss(network.spec, network.params, fitted.train)
    assert in_blocks == pytest.approx(whole, rel=97 * EPS["float64"])  # a sum in another order
    assert np.allclose(again, outputs, rtol=8 * EPS["float64"])


def test_the_batch_loss_is_that_of_the_step_before_its_update(monkeypatch):
    every_step(monkeypatch)
    network, data, training = parts(epochs=4)
    points = fit(network, data, training).history.points
    for before, after in itertools.pairwise(points):
        # full batch: the same sum over 24 rows, once as a mean of rows and once of the batch
        assert after.batch_loss == pytest.approx(before.train, rel=24 * EPS["float64"])
    assert points[0].batch_loss is None


@pytest.mark.parametrize(("epochs", "points"), [(1, 2), (1000, 1001), (1001, 502), (2500, 501)])
def test_the_history_has_at_most_a_thousand_points(epochs, points):
    history = fit(*parts(4, epochs=epochs)).history
    assert len(history) == points
    steps = history["step"]
    assert (steps[0], steps[-1]) == (0, epochs)
    assert (np.diff(steps[:-1]) == steps[1]).all()


def test_the_history_as_columns():
    history = fit(*parts(validation=5, epochs=3)).history
    assert history["step"].tolist() == [0, 1, 2, 3]
    assert np.isfinite(history["train"]).all()
    assert np.isfinite(history["validation"]).all()
    assert np.isnan(history["test"]).all()
    assert np.isnan(history["batch_loss"]).tolist() == [True, False, False, False]
    assert "4 points to step 3" in repr(history)
    assert repr(type(history)()) == "History(empty)"


# ------------------------------------------------------------------------- what decides on bits


@pytest.mark.parametrize("how", ALL.values(), ids=ALL)
@pytest.mark.parametrize("screen", [0.0, 0.001, 30.0])
def test_cutting_by_time_changes_no_bit(monkeypatch, how, screen):
    whole = fit(*parts(**how))
    monkeypatch.setattr(loop, "SCREEN", screen)
    if screen == 0:
        monkeypatch.setattr(loop, "AT_ONCE", 1)  # a native engine looks up every 20 ms alone
    monkeypatch.setattr("chainrule.engine.reference.POLL", 0.0 if screen < 1 else 30.0)
    chunks = []
    cut = fit(
        *parts(**how), consumers=[lambda e: chunks.append(e) if isinstance(e, Progress) else None]
    )
    assert same_state(whole.ended.state, cut.ended.state)
    assert without_seconds(whole.history) == without_seconds(cut.history)
    steps = cut.history.points[-1].step
    assert len(chunks) == steps if screen == 0 else len(chunks) <= steps


def test_a_run_file_changes_no_bit(tmp_path):
    for name, how in ALL.items():
        path = made(tmp_path / f"{name}.chainrule", **how)
        with RunFile(path) as run:
            result = fit(*parts(**how))
            assert same_bits(result.model.network.params, run.model().network.params)
            assert without_seconds(run.history()) == without_seconds(result.history)


def test_the_network_and_the_data_handed_over_stay_as_they_are():
    network, data, training = parts(optimizer="adam")
    start = {name: theta.copy() for name, theta in network.params.items()}
    before = data.fingerprint
    ended = fit(network, data, training).ended
    assert same_bits(network.params, start)
    assert data.fingerprint == before
    assert not same_bits(ended.state.params, start)


def test_seeds_decide_on_the_order_and_only_where_rows_are_shuffled():
    def run(seed, **how):
        return fit(*parts(epochs=3, seed=seed, **how)).ended.state

    assert same_state(run(1, batch_size=5), run(1, batch_size=5))
    assert not same_state(run(1, batch_size=5), run(2, batch_size=5))
    assert same_state(run(1, batch_size=5, shuffle=False), run(2, batch_size=5, shuffle=False))
    assert same_state(run(1), run(2))


# --------------------------------------------------------------------------------------- lengths


@pytest.mark.parametrize(
    ("n", "how", "steps"),
    [
        (24, {"epochs": 3}, 3),
        (24, {"epochs": 3, "batch_size": 5}, 15),
        (24, {"epochs": 3, "batch_size": 24}, 3),
        (24, {"epochs": 3, "batch_size": 1000}, 3),  # larger than all: all
        (24, {"epochs": 3, "batch_size": 23}, 6),
        (24, {"epochs": 3, "batch_size": 1}, 72),
        (24, {"epochs": 3, "batch_size": 5, "steps": 7}, 7),
        (24, {"epochs": 3, "batch_size": 5, "steps": 16}, 15),
        (24, {"steps": 7, "batch_size": 5}, 7),
        (1, {"epochs": 3, "batch_size": 7}, 3),
    ],
)
def test_epochs_and_steps_whichever_ends_first(n, how, steps):
    result = fit(*parts(n, **how))
    assert result.ended.reason == "finished"
    assert result.ended.state.step == result.history.points[-1].step == steps


def test_a_batch_of_all_rows_and_more_is_the_full_batch():
    whole = fit(*parts(batch_size=24, shuffle=False)).ended.state
    assert same_state(whole, fit(*parts(batch_size=99, shuffle=False)).ended.state)
    assert same_state(whole, fit(*parts()).ended.state)


def test_a_very_long_run_takes_no_room_for_its_length():
    """Attack: 10¹⁵ epochs. Nothing is laid out for steps that are far away."""
    network, data, training = parts(4, epochs=10**15, batch_size=2)
    tracemalloc.start()
    seen = 0
    for event in train(network, data, training):
        seen += isinstance(event, Progress)
        if seen == 2:
            break
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * 2**20
    assert event.state.step == event.steps[-1] > 0


# ----------------------------------------------------------------------------------------- ends


def test_the_target_on_validation(tmp_path):
    how = {"validation": 8, "test": 4, "optimizer": "adam", "epochs": 500}
    whole = fit(*parts(**how)).history
    aim = float(np.sort(whole["validation"])[200])
    first = int(np.argmax(whole["validation"] < aim))
    assert first not in (int(np.argmax(whole[part] < aim)) for part in ("train", "test"))
    ended = fit(*parts(stop_below=aim, **how)).ended
    assert (ended.reason, ended.state.step) == ("target", first)


def test_the_target_on_training_where_nothing_is_held_back():
    how = {"test": 8, "optimizer": "adam", "epochs": 500}
    whole = fit(*parts(**how)).history
    aim = float(np.sort(whole["train"])[200])
    first = int(np.argmax(whole["train"] < aim))
    assert int(np.argmax(whole["test"] < aim)) != first
    ended = fit(*parts(stop_below=aim, **how)).ended
    assert (ended.reason, ended.state.step) == ("target", first)


OVERFITS = {"validation": 8, "optimizer": "adam", "learning_rate": 0.05, "epochs": 900}


def test_patience_takes_the_best_state(monkeypatch):
    every_step(monkeypatch)
    seen = {}
    result = fit(
        *parts(patience=40, **OVERFITS),
        consumers=[
            lambda e: seen.update({e.state.step: e.state}) if isinstance(e, Progress) else 0
        ],
    )
    history = result.history
    best = int(history["step"][np.argmin(history["validation"])])
    assert result.ended.reason == "no improvement"
    assert result.ended.best_step == best == result.ended.state.step
    assert history.points[-1].step == best + 40
    assert same_state(result.ended.state, seen[best])
    assert same_bits(result.model.network.params, seen[best].params)


def test_patience_that_is_never_lost_takes_the_best_state_as_well():
    result = fit(*parts(patience=10**6, **OVERFITS))
    assert result.ended.reason == "finished"
    assert result.ended.state.step == result.ended.best_step < 900


def test_without_patience_the_last_state_is_taken_and_the_best_is_known():
    result = fit(*parts(**OVERFITS))
    assert result.ended.state.step == 900
    history = result.history
    assert result.ended.best_step == history["step"][np.argmin(history["validation"])] < 900


@pytest.mark.parametrize("kind", [Started, Evaluated, Progress])
def test_a_consumer_that_returns_true_ends_the_run(kind):
    told = []

    def consume(event):
        told.append(event)
        return isinstance(event, kind) and (kind is Started or event.epoch >= 3)

    result = fit(*parts(epochs=50), consumers=[consume, lambda event: None])
    assert result.ended.reason == "interrupted"
    assert result.ended.state.step == (0 if kind is Started else 3)
    assert isinstance(told[-1], Ended)
    assert same_bits(result.model.network.params, result.ended.state.params)


@pytest.mark.parametrize("answer", [1, "yes", None, False])
def test_other_answers_of_consumers_do_not(answer):
    assert fit(*parts(epochs=3), consumers=[lambda event: answer]).ended.reason == "finished"


def test_a_true_of_numpy_stops_too():
    assert fit(*parts(epochs=3), consumers=[lambda event: np.True_]).ended.reason == "interrupted"


def test_all_consumers_hear_of_an_event_even_when_one_wants_to_stop():
    told = []
    fit(*parts(epochs=3), consumers=[lambda event: True, told.append])
    assert isinstance(told[-1], Ended)


def test_asking_to_stop_at_the_end_is_no_interruption():
    result = fit(*parts(epochs=3), consumers=[stop_at(3)])
    assert result.ended.reason == "finished"


def test_a_generator_closed_early_leaves_a_run_that_goes_on(tmp_path, monkeypatch):
    path = tmp_path / "a.chainrule"
    with monkeypatch.context() as patch:
        every_step(patch, saves=True)
        network, data, training = parts(optimizer="adam")
        with RunWriter.create(path, network, data, training) as run:
            for event in train(network, data, training, run=run):
                if isinstance(event, Saved) and event.step == 17:
                    break
    with RunFile(path) as run:
        assert (run.ended, run.steps()[-1]) == (None, 17)
    resume(path)
    assert same_state(end(path), end(made(tmp_path / "b.chainrule", optimizer="adam")))


def test_an_error_of_a_consumer_is_its_own_and_the_run_goes_on_later(tmp_path):
    path = tmp_path / "a.chainrule"
    network, data, training = parts()

    def fail(event):
        if isinstance(event, Progress):
            raise ZeroDivisionError("of the consumer")

    with (
        pytest.raises(ZeroDivisionError, match="of the consumer"),
        RunWriter.create(path, network, data, training) as run,
    ):
        fit(network, data, training, run=run, consumers=[fail])
    resume(path)
    assert same_state(end(path), end(made(tmp_path / "b.chainrule")))


# ------------------------------------------------------------------------------------- signals


def test_signals_are_given_back():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Interrupts() as interrupts:
        assert signal.getsignal(signal.SIGINT) != before[0]
        assert interrupts(None) is False
        signal.raise_signal(signal.SIGTERM)
        assert interrupts(None) is True
        assert signal.getsignal(signal.SIGINT) == before[0]  # at once: a second one acts
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before
    fit(*parts(epochs=2))
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before


def test_signals_are_given_back_after_an_error():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(ZeroDivisionError):
        fit(*parts(epochs=2), consumers=[lambda event: 1 / 0])
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_a_fit_interrupts_it(number):
    def send(event):
        if isinstance(event, Evaluated) and event.step == 5:
            signal.raise_signal(number)

    result = fit(*parts(epochs=10**6, batch_size=24, steps=900), consumers=[send])
    assert result.ended.reason == "interrupted"
    assert 5 <= result.ended.state.step < 900
    assert result.history.points[-1].step <= result.ended.state.step


def test_fit_works_outside_the_main_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(fit(*parts())))
    thread.start()
    thread.join()
    assert same_state(found[0].ended.state, fit(*parts()).ended.state)


# -------------------------------------------------------------------------------------- resume


@pytest.mark.parametrize("how", ALL.values(), ids=ALL)
def test_a_resumed_run_has_the_history_of_the_whole_one(tmp_path, how):
    path = interrupted(tmp_path / "a.chainrule", at=30, **how)
    with RunFile(path) as run:
        assert run.ended["reason"] == "interrupted"
    result, whole = resume(path), fit(*parts(**how))
    assert same_state(result.ended.state, whole.ended.state)
    assert without_seconds(result.history) == without_seconds(whole.history)
    with RunFile(path) as run:
        assert without_seconds(run.history()) == without_seconds(whole.history)
        assert (np.diff(run.history()["seconds"]) >= 0).all()


def test_a_run_resumed_at_its_very_start_has_its_first_point_once(tmp_path):
    path = interrupted(tmp_path / "a.chainrule", at=0)
    with RunFile(path) as run:
        assert run.steps() == [0]
    result = resume(path)
    assert without_seconds(result.history) == without_seconds(fit(*parts()).history)


ENDED = {
    "finished": ({"epochs": 20}, {"epochs": 50}),
    "finished, steps": ({"steps": 20, "batch_size": 7}, {"steps": 53}),
    "finished, from steps to epochs": ({"steps": 20, "batch_size": 7}, {"epochs": 9}),
    "target": ({"stop_below": 0.2, "optimizer": "adam", "epochs": 300}, {"epochs": 400}),
}


@pytest.mark.parametrize(("how", "longer"), ENDED.values(), ids=ENDED)
def test_an_ended_run_needs_a_new_length(tmp_path, how, longer):
    path = made(tmp_path / "a.chainrule", **how)
    with RunFile(path) as run:
        reason, reached, before = run.ended["reason"], run.steps()[-1], run.state()
    with refused(reason, f"step {reached}", "--epochs"):
        resume(path)
    assert same_state(end(path), before)
    ended = resume(path, **longer).ended
    assert ended.reason == "finished"
    fresh = {k: v for k, v in how.items() if k not in ("epochs", "steps", "stop_below", "patience")}
    whole = fit(*parts(**{"epochs": None, "steps": None, **fresh, **longer}))
    assert same_state(ended.state, whole.ended.state)
    assert ended.state.step > reached


def test_a_run_that_patience_ended_goes_on_with_new_patience_and_keeps_its_best(tmp_path):
    path = made(tmp_path / "a.chainrule", patience=40, **OVERFITS)
    with RunFile(path) as run:
        before, reached = run.ended, run.steps()[-1]
        best = run.state().control["best"]
    assert before["reason"] == "no improvement"
    with refused("no improvement", "--epochs"):
        resume(path)
    result = resume(path, epochs=950)
    assert result.history.points[-1].step >= reached + 40
    assert result.ended.state.control["best"] <= best
    assert result.ended.state.step == result.ended.best_step
    with RunFile(path) as run:
        last = run.state()
    whole = fit(*parts(**{**OVERFITS, "epochs": None}, steps=last.step))
    assert same_state(last, whole.ended.state)


def test_new_patience_survives_a_kill(tmp_path):
    """The run is resumed, and killed before it saves anything; then it is resumed once more."""
    paths = [tmp_path / "a.chainrule", tmp_path / "b.chainrule"]
    for path in paths:
        made(path, patience=40, **OVERFITS)
    RunWriter.resume(paths[1], epochs=950).close()
    ends = [resume(paths[0], epochs=950).ended, resume(paths[1]).ended]
    assert ends[0].reason == ends[1].reason
    assert end_of(paths[0]) == end_of(paths[1])


def test_an_interrupted_run_may_be_given_another_length(tmp_path):
    path = interrupted(tmp_path / "a.chainrule", at=20, optimizer="adam", batch_size=5)
    assert resume(path, steps=70).ended.state.step == 70
    whole = fit(*parts(optimizer="adam", batch_size=5, steps=70, epochs=None))
    assert same_state(end(path), whole.ended.state)
    with RunFile(path) as run:
        assert (run.training.steps, run.training.epochs) == (70, None)


@pytest.mark.parametrize("length", [{"epochs": 3}, {"steps": 12}, {"epochs": 1, "steps": 99}])
def test_a_length_that_the_run_is_beyond(tmp_path, length):
    path = interrupted(tmp_path / "a.chainrule", at=20, epochs=50)
    with RunFile(path) as run:
        before, ended = run.state(), run.ended
    with refused("a.chainrule", str(before.step), "from the start"):
        resume(path, **length)
    with RunFile(path) as run:
        assert (run.ended, run.training.epochs) == (ended, 50)
        assert same_state(run.state(), before)


@pytest.mark.parametrize("length", [{"epochs": 0}, {"steps": -1}, {"epochs": 1.5}, {"steps": "9"}])
def test_a_length_that_is_none(tmp_path, length):
    path = interrupted(tmp_path / "a.chainrule", at=20)
    with refused("whole number"):
        resume(path, **length)
    assert resume(path).ended.reason == "finished"


def test_resume_calls_its_consumers(tmp_path):
    path, told = interrupted(tmp_path / "a.chainrule", at=20), []
    resume(path, consumers=[told.append])
    assert isinstance(told[0], Started)
    assert told[0].state.step >= 20
    assert isinstance(told[-1], Ended)


# -------------------------------------------------------------------------------------- weights


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("batch", ["mean", "sum"])
def test_weights_are_repeated_rows(rng, optimizer, batch):
    """A row of weight 3 counts as three such rows, one of weight 0 as none; full batch."""
    from chainrule import Conventions

    x, y, _ = arrays()
    times = rng.integers(0, 4, len(x))
    spec = Spec.chain([2, 4, 1], "tanh", last="identity", conventions=Conventions(batch=batch))
    training = Training(optimizer=optimizer, learning_rate=0.01, steps=40)
    one = fit(Network.start(spec, seed=1), Data.from_arrays(x, y, times), training)
    rows = np.repeat(np.arange(len(x)), times)
    other = fit(Network.start(spec, seed=1), Data.from_arrays(x[rows], y[rows]), training)
    for name, theta in one.ended.state.params.items():
        # 40 steps of sums over some 36 rows in another order, and Adam's division by √v
        assert theta == pytest.approx(other.ended.state.params[name], rel=1e-11, abs=1e-13)
    assert one.history["train"] == pytest.approx(other.history["train"], rel=1e-11)
    unweighted = fit(Network.start(spec, seed=1), Data.from_arrays(x, y), training)
    assert not np.allclose(unweighted.history["train"], other.history["train"], rtol=1e-3)


def test_a_part_without_any_weight_is_refused():
    x, y, _ = arrays()
    weight = np.ones(24)
    weight[split(24, test_size=6, validation_size=0, seed=0).test] = 0
    data = Data.from_arrays(x, y, weight, test_size=6)
    with refused("test part", "weight"):
        fit(parts()[0], data, Training(epochs=1))


# --------------------------------------------------------------------------------------- engines


def test_the_least_that_can_be_trained():
    data = Data.from_arrays([[1.0]], [[2.0]])
    spec = Spec.chain([1, 1], last="identity")
    result = fit(Network.start(spec, seed=0), data, Training(learning_rate=0.5, steps=60))
    # w + b doubles in accuracy each step: after 60 it is 2 to within rounding
    assert result.model.predict([[1.0]])["y1"] == pytest.approx([2.0], rel=4 * EPS["float64"])
    assert math.isclose(result.history.points[-1].train, 0, abs_tol=1e-28)


def test_data_that_do_not_fit_the_network_are_refused_before_anything_is_written(tmp_path):
    network, _, training = parts()
    data = Data.from_arrays(np.ones((4, 3)), np.ones(4) * 0.5)
    with pytest.raises(UsageError):
        next(train(network, data, training))


def test_settings_of_saving_are_as_documented():
    assert (run_writer.REPLAY, run_writer.AT_MOST) == (0.1, 2.0)
    assert run_contents.KEPT == 256 * 2**20
    assert loop.SCREEN + reference.POLL <= 0.05  # to a stop, however long the run
