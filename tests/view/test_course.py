"""A run that is stopped and stepped is the run that nobody stopped, to the bit."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule import Network, RunFile, RunWriter, Spec, fit
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


def chosen_parts(drop=0.0, **how):
    network, data, training = parts(**how)
    if drop:
        spec = Spec.chain([2, 4, 1], "tanh", last="identity", drop_probability=drop)
        network = Network.start(spec, seed=1)
    return network, data, training


def course(path, **how):
    RunWriter.create(path, *chosen_parts(**how)).close()
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


SETTINGS = {
    "a cosine": {"schedule": "cosine(end=0.1)"},
    "on a plateau": HOW["on a plateau"],
    "patience": {"patience": 8, "validation": 0.25, "learning_rate": 0.9},
    "a goal": {"stop_below": 0.1, "test": 0.25, "epochs": 300},
    "small batches": {
        "batch_size": 5, "learning_rate": 0.3, "schedule": "step(every=7)", "epochs": 30,
    },
    "longer, so its points lie further apart": {
        "epochs": 650, "optimizer": "adam", "schedule": "inverse_scaling",
    },
    "small batches with dropout": {
        "batch_size": 7, "optimizer": "momentum", "drop": 0.4, "seed": 3,
    },
}  # fmt: skip


@pytest.mark.parametrize("how", SETTINGS.values(), ids=SETTINGS)
def test_its_points_and_its_end_are_those_of_the_library(tmp_path, how):
    """As far as both look at a state, they say the same of it, to the bit."""
    made = course(tmp_path / "run", **how)
    run_to_the_end(made, iter([11] * 10_000))
    points = by_step(made.points)
    with RunWriter.create(tmp_path / "other", *chosen_parts(**how)) as run:
        result = fit(*chosen_parts(**how), run=run)
        best = run.state(run.meta("best_step"))
    expected = {n: point for n, point in by_step(result.history).items() if n in points}
    assert {n: points[n] for n in expected} == expected
    assert len(expected) > 20
    assert list(expected)[-1] == result.history.points[-1].step == made.points[-1].step
    assert made.ended[:2] == (result.ended.reason, result.ended.state.step)
    if len(expected) == len(result.history) == len(points):  # both have judged the same states
        assert same_bits(made.best.params, best.params)
    with RunFile(tmp_path / "run") as run:
        assert same_bits(run.state(made.ended.step).params, result.ended.state.params)
        assert run.history().points == made.points
        assert run.meta("best_step") == made.best.step


def by_step(points):
    """All that a point says but the time, which is another one in each run."""
    return {point.step: point._replace(seconds=0.0) for point in points}


def test_a_run_that_was_stopped_still_knows_its_best_state(tmp_path):
    made = course(tmp_path / "run", learning_rate=2.0)  # too large: soon nothing gets better
    while made.state.step < 8:
        made.advance(8, lambda: False)
    made.save()
    made.run.close()
    again = Course(RunWriter.resume(tmp_path / "run"))
    again.run.close()
    assert again.state.step == 8 > again.best.step == made.best.step > 0
    assert same_bits(again.best.params, made.best.params)
    losses = {point.step: point.train for point in made.points}
    assert min(losses, key=losses.get) == again.best.step


def test_points_lie_as_close_as_patience_asks_for(tmp_path):
    """However late it is: several within the epochs that may pass without a better one."""
    made = course(tmp_path / "run", patience=8, batch_size=6)
    assert [made.next_point(step) for step in (0, 9, 4000)] == [1, 10, 4008]
    made.run.close()


def test_where_a_look_is_dear_points_lie_further_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("chainrule.view.course.FEW", 0)
    made = course(tmp_path / "run", batch_size=2)
    run_to_the_end(made, iter([10**6] * 1000))
    # To look at 24 rows costs as much as four steps of 2 rows, for these go back as well.
    assert [point.step for point in made.points][:4] == [0, 4, 8, 12]
    assert [made.next_point(step) for step in (799, 800, 1599, 1600)] == [800, 804, 1600, 1608]


def test_the_test_part_has_no_say_in_whether_numbers_are_finite(tmp_path):
    network, data, training = parts(test=0.25)
    far = replace(data.test, y=np.full_like(data.test.y, 1e200))
    data = replace(data, test=far)
    RunWriter.create(tmp_path / "run", network, data, training).close()
    made = Course(RunWriter.resume(tmp_path / "run"))
    with np.errstate(over="ignore"):
        run_to_the_end(made, iter([7] * 1000))
    assert made.ended.reason == "finished"
    assert made.points[-1].test == np.inf


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
    assert made.state.step == made.ended.step == made.points[-1].step
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
