"""A run that is stopped and stepped is the run that nobody stopped, to the bit."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule import Network, RunFile, RunWriter, fit
from chainrule.engine.protocol import NOW, Chunk
from chainrule.training import run_writer
from chainrule.training.loop import train
from chainrule.training.run_contents import put_state
from chainrule.view.course import CLOSE, Course
from tests.helpers import same_bits
from tests.training.small import parts

HOW = {
    "plain": {},
    "adam, small batches": {"optimizer": "adam", "batch_size": 5, "learning_rate": 0.01},
    "on a plateau": {
        "schedule": "on_plateau(patience=3)", "learning_rate": 3.0, "validation": 0.25,
    },
    "single precision": {"dtype": "float32", "optimizer": "momentum"},
}  # fmt: skip


def course(path, **how):
    network, data, training = parts(**how)
    RunWriter.create(path, network, data, training).close()
    return Course(RunWriter.resume(path))


def run_to_the_end(made, pieces):
    while not made.is_over:
        made.advance(made.state.step + next(pieces), lambda: False)
    made.run.close()


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_however_it_is_cut_its_states_are_the_same(tmp_path, how):
    sizes = np.random.default_rng(5).integers(1, 40, size=10_000)
    one, other = course(tmp_path / "one", **how), course(tmp_path / "other", **how)
    run_to_the_end(one, iter([10**6] * 10_000))
    run_to_the_end(other, iter(sizes.tolist()))
    assert one.state.step == other.state.step > 50
    assert same_bits(one.state.params, other.state.params)
    assert same_bits(one.state.memory, other.state.memory)
    assert [p.step for p in one.points] == [p.step for p in other.points]


@pytest.mark.parametrize("how", [HOW["plain"], HOW["adam, small batches"]])
def test_it_is_the_run_of_the_library(tmp_path, how):
    made = course(tmp_path / "run", **how)
    run_to_the_end(made, iter([7] * 10_000))
    network, data, training = parts(**how)
    result = fit(network, data, training)
    assert same_bits(made.state.params, result.model.network.params)


def test_its_file_goes_on_as_any_run(tmp_path):
    path = tmp_path / "run"
    made = course(path)
    while made.state.step < 23:
        made.advance(23, lambda: False)
    made.save()
    made.run.close()
    with RunFile(path) as run:
        held, states = run.steps()[-1], list(run.states([3, 11, 23]))
    assert held == 23
    network, data, training = parts()
    for state in states:
        short = Network(network.spec, state.params)
        again = fit(network, data, replace(training, epochs=state.step))  # an epoch is a step
        assert same_bits(short.params, again.model.network.params)


@pytest.mark.parametrize("reached", [200, 1000, 100_000])
def test_points_lie_close_and_stay_few(tmp_path, reached):
    made = course(tmp_path / "run")
    steps = [0]
    while steps[-1] < reached:
        steps.append(made.next_point(steps[-1]))
    gaps = np.diff(steps)
    assert gaps.min() >= 1
    assert (gaps <= np.maximum(1, np.array(steps[:-1]) / CLOSE)).all()
    assert len(steps) < 2 * CLOSE * (1 + np.log(max(reached / CLOSE, 1)))


def test_a_run_that_breaks_keeps_its_last_good_state(tmp_path):
    made = course(tmp_path / "run", learning_rate=1e200)
    run_to_the_end(made, iter([10] * 1000))
    assert made.ended.reason == "not finite"
    assert "learning rate" in made.ended.why
    assert all(np.isfinite(theta).all() for theta in made.state.params.values())
    with RunFile(tmp_path / "run") as run:
        assert run.ended["reason"] == "not finite"
        assert same_bits(run.state().params, made.state.params)


class _EndsInItsEvaluation:
    """A consumer that ends a run while the state of step 10 is looked at."""

    reached = 0

    def __call__(self, event):
        self.reached = event.state.step if hasattr(event, "state") else self.reached

    def halts(self):
        return self.reached == 10


def test_a_state_nobody_has_judged_is_judged_first(tmp_path):
    network, data, training = parts()
    with RunWriter.create(tmp_path / "run", network, data, training) as run:
        consumer = _EndsInItsEvaluation()
        event = list(train(network, data, training, run=run, consumers=[consumer]))[-1]
        assert "unjudged" in event.state.control  # else there is nothing to be seen here
        left = event.state.step
    made = Course(RunWriter.resume(tmp_path / "run"))
    assert [point.step for point in made.points] == [left]
    assert "unjudged" not in made.state.control
    run_to_the_end(made, iter([7] * 10_000))
    other = course(tmp_path / "other")
    run_to_the_end(other, iter([7] * 10_000))
    assert made.state.control == other.state.control
    assert same_bits(made.state.params, other.state.params)


def test_no_step_at_all_is_borne(tmp_path):
    made = course(tmp_path / "run")
    engine, before = made.engine, made.state
    made.engine = _ThrowsAway()
    made.advance(5, lambda: NOW)
    assert made.state is before
    made.engine = engine
    made.advance(1, lambda: False)
    assert made.state.step == 1
    made.run.close()


class _ThrowsAway:
    def train(self, spec, training, state, arrays, rates, every, stop):
        assert stop() == NOW
        return Chunk(state, np.empty(0), "stopped")


def test_a_state_that_was_saved_is_not_written_again(tmp_path, monkeypatch):
    written = []

    def noted(db, state):
        written.append(state.step)
        put_state(db, state)

    monkeypatch.setattr(run_writer, "put_state", noted)
    made = course(tmp_path / "run")
    while made.state.step < 23:
        made.advance(23, lambda: False)
    made.save()
    written.clear()
    made.save()
    assert written == []  # a pause within a save needs no second one
    best, newest = made.best, made.state._replace(step=24)
    made.run.save(newest, best)
    assert written == [24]  # and the best one stays where it is
    made.run.save(newest._replace(control={"other": 1}), best)
    assert written == [24, 24]
    made.run.close()
    with RunFile(tmp_path / "run") as run:
        assert {best.step, 24} <= set(run.steps())
        assert same_bits(run.state(best.step).params, best.params)
