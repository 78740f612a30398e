"""The training process by its own clock: how fast it goes, what it saves, what it tells."""

from multiprocessing import Pipe
from types import SimpleNamespace

import numpy as np
import pytest

from chainrule import RunFile, RunWriter
from chainrule.core.errors import UsageError
from chainrule.view import pace
from chainrule.view import worker as module
from chainrule.view.worker import Worker, hear
from tests.training.small import parts

ENDLESS = float("inf")


class Course:
    """A course that makes at once what it is told to."""

    def __init__(self):
        self.state = SimpleNamespace(step=0, params={})
        self.total, self.learning_rate, self.ended = 10**6, 0.1, None
        self.points, self.is_saved, self.asked_to_save = [], False, 0
        self.run = SimpleNamespace(close=lambda: None)

    def advance(self, goal, _):
        self.state.step = goal

    def save_if_due(self):
        self.asked_to_save += 1

    def save(self):
        self.is_saved = True


@pytest.fixture
def made(monkeypatch):
    """A worker with a course, its other end, and its clock."""
    clock = [50.0]
    monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    here, there = Pipe()
    worker = Worker(there)
    worker.course = Course()
    yield worker, here, clock
    here.close()
    there.close()


def test_no_more_steps_than_the_pace_allows(made):
    worker, _, clock = made
    worker.go(ENDLESS, 10.0, 1)
    worker.slice = 1000
    assert worker._wait() == pytest.approx(0.1)  # the first step is due after its time
    clock[0] += 0.5
    assert worker._wait() == 0.0
    worker._go_on()
    assert worker.course.state.step == 5
    assert worker._wait() == pytest.approx(0.1)


def test_what_could_not_keep_up_does_not_catch_up(made):
    worker, _, clock = made
    worker.go(ENDLESS, 10.0, 1)
    worker.slice = 20
    clock[0] += 100.0  # the machine slept
    worker._go_on()
    assert worker.course.state.step == 20
    clock[0] += 0.3
    worker._go_on()
    assert worker.course.state.step <= 23


def test_another_pace_is_no_other_go(made):
    worker, here, clock = made
    worker.go(ENDLESS, 10.0, 7)
    worker.hurry(2.0)
    worker.slice = 100
    clock[0] += 1.0
    worker._go_on()
    assert worker.course.state.step == 2
    worker.pause()
    assert hear(here) == ("stands", 2, 7)


def test_it_saves_now_and_then_and_not_only_at_the_end(made):
    worker, _, _ = made
    worker.go(ENDLESS, None, 1)
    for _ in range(3):
        worker._go_on()
    assert worker.course.asked_to_save == 3
    assert not worker.course.is_saved


def test_the_last_state_is_shown_and_its_points_are_told_before_it_stands(made):
    worker, here, _ = made
    shown = []
    worker.ring = SimpleNamespace(put=lambda step, *_: shown.append(step), close=lambda: None)
    worker.course.state.step = 4
    worker.course.points = [(4, 0.5)]
    worker.until = 10
    worker.pause()
    assert shown == [4]
    assert hear(here) == ("points", [[4, 0.5]])
    assert hear(here)[0] == "stands"


def test_who_can_tell_nobody_saves(monkeypatch):
    here, there = Pipe()
    courses = []

    def run(worker):
        courses.append(Course())
        worker.course = courses[0]
        raise BrokenPipeError

    monkeypatch.setattr(module.signal, "signal", lambda *_: None)
    monkeypatch.setattr(Worker, "run", run)
    module.main(there)
    assert courses[0].is_saved
    here.close()


def test_a_ring_that_is_gone_leaves_no_file_open(tmp_path):
    network, data, training = parts()
    path = tmp_path / "run.chainrule"
    RunWriter.create(path, network, data, training).close()
    here, there = Pipe()
    worker = Worker(there)
    with pytest.raises(FileNotFoundError):
        worker.open(str(path), "no-such-ring", False)
    with RunFile(path) as held:
        assert held.meta("writer") is None
    worker._guarded(lambda: worker.open(str(path), "no-such-ring", False))
    assert hear(here)[0] == "failed"
    here.close()
    there.close()


def test_after_a_failure_it_stands_still(made):
    worker, here, _ = made
    worker.go(ENDLESS, None, 1)

    def fails():
        raise UsageError("a step", "room", "none", "Make some.")

    worker._guarded(fails)
    assert worker.until is None
    assert hear(here)[0] == "failed"


def test_a_run_takes_fifteen_seconds_and_the_slow_speed_ten_times_as_long():
    assert pace.steps_a_second("normal", 1500) * 15 == pytest.approx(1500)
    assert pace.steps_a_second("slow", 1500) * 150 == pytest.approx(1500)
    assert pace.steps_a_second("fast", 1500) is None
    assert pace.steps_a_second("normal", 3) == 20.0
    assert pace.steps_a_second("slow", 3) == 2.0
    assert np.isclose(pace.of_repeating(1000) * 5, 1000)
