"""What the training process hears within a step, and how it ends."""

import threading
from multiprocessing import Pipe
from time import sleep
from types import SimpleNamespace

import pytest

from chainrule.engine.protocol import NOW
from chainrule.view.worker import Worker, hear, say

ENDLESS = float("inf")


class Slow:
    """A course whose step lasts until it may end, or is thrown away."""

    def __init__(self):
        self.state = SimpleNamespace(step=0, params={})
        self.total, self.learning_rate, self.ended, self.points = 10**6, 0.1, None, []
        self.may_end, self.begun, self.is_saved = threading.Event(), threading.Event(), False
        self.run = SimpleNamespace(close=lambda: None)

    def advance(self, goal, stop):
        self.begun.set()
        while not self.may_end.is_set():
            if stop() == NOW:
                return
            sleep(0.001)
        self.state.step += 1

    def save_if_due(self):
        pass

    def save(self):
        self.is_saved = True


@pytest.fixture
def slow():
    """A course under way, the pipe to its worker, and the thread that it works in."""
    here, there = Pipe()
    worker, course = Worker(there), Slow()
    worker.course = course
    thread = threading.Thread(target=worker.run)
    thread.start()
    say(here, ("go", ENDLESS, None, 7))
    assert course.begun.wait(10)
    yield course, here, thread
    course.may_end.set()
    here.close()
    thread.join(10)
    assert not thread.is_alive()


def test_to_save_waits_for_the_step_and_to_pause_does_not(slow):
    course, here, _ = slow
    say(here, ("save",))
    assert not here.poll(0.05)  # else a page that asks often would let no step end
    course.may_end.set()
    what, step = hear(here)
    assert (what, step > 0) == ("saved", True)
    course.may_end.clear()
    say(here, ("pause",))
    assert hear(here) == ("stands", course.state.step, 7)
    say(here, ("pause",))  # it stands, and told so
    say(here, ("hurry", None))
    assert not here.poll(0.05)


def test_it_closes_and_says_so(slow):
    course, here, _ = slow
    say(here, ("close",))
    assert hear(here) == ("closed",)
    assert course.is_saved
    assert course.state.step == 0


def test_who_told_it_is_gone_so_it_saves_and_ends(slow):
    course, here, thread = slow
    here.close()
    thread.join(10)
    assert not thread.is_alive()
    assert course.is_saved
