"""What the training process tells, heard late, twice, or of a line that was left."""

from collections import deque

import pytest

from chainrule.core.errors import TaskError
from chainrule.training.history import Point
from chainrule.view.course import Ended
from chainrule.view.driver import Driver
from chainrule.view.line import Line
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up
from tests.view.sessions import QUICK

FAILED = {"called": "train", "needs": "room on the disk", "got": "none", "do": "Make some."}


class Scripted:
    """A training process that tells what it was given, in that order."""

    is_alive = True

    def __init__(self):
        self.tells, self.was_told = deque(), []

    def tell(self, what, *more):
        self.was_told.append(what)

    def open(self, *_, longer):
        self.was_told.append("open longer" if longer else "open")

    def attached(self):
        pass

    def all_heard(self):
        heard = list(self.tells)
        self.tells.clear()
        return heard

    def wait_for(self, *kinds):
        heard = []
        while not heard or heard[-1][0] not in (*kinds, "failed", "lost"):
            heard.append(self.tells.popleft())  # an IndexError is to wait for ever
        return heard


def point(step):
    return list(Point(step, 0, 0.1, None, 1.0 / (step + 1), None, None, {}, 0.0))


@pytest.fixture
def driver():
    """One that trains a line, and what it told."""
    told = []
    made = Driver(told.append)
    made.trainer, made.told = Scripted(), told
    made.line, made.running, made.goes = line(), True, 2
    return made


def line(name="A"):
    return Line(name, set_up(Chosen.of(QUICK), Kept()))


def hear(driver, *tells):
    driver.trainer.tells.extend(tells)
    driver.hear()


def steps(of):
    return [each.step for each in of.points]


def test_points_that_a_resumed_run_repeats_are_there_once(driver):
    hear(driver, ("points", [point(0), point(1)]))
    hear(driver, ("points", [point(1), point(2)]), ("points", [point(2)]))
    assert steps(driver.line) == [0, 1, 2]
    assert [(each.first, each.next, each.step) for each in driver.told] == [
        (0, 2, (0, 1)), (2, 3, (2,)),
    ]  # fmt: skip


def test_the_end_of_an_older_go_ends_no_newer_one(driver):
    hear(driver, ("stands", 5, 1))
    assert driver.running
    hear(driver, ("stands", 9, 2))
    assert (driver.running, driver.line.head, driver.line.saved) == (False, 9, 9)


def test_to_halt_is_to_wait_for_the_newest_go(driver):
    driver.trainer.tells.extend([("stands", 5, 1), ("points", [point(9)]), ("stands", 9, 2)])
    driver.halt()
    assert (driver.running, driver.line.head) == (False, 9)
    assert not driver.trainer.tells


def test_what_was_saved_takes_no_step_back(driver):
    driver.line.head = 30
    hear(driver, ("saved", 20))
    assert (driver.line.saved, driver.line.head) == (20, 30)
    hear(driver, ("saved", 40))
    assert (driver.line.saved, driver.line.head) == (40, 40)


def test_what_a_line_is_told_while_it_is_left_is_still_its_own(driver, tmp_path):
    """And what comes after is neither's."""
    left, other = driver.line, line("B")
    driver.running = False
    tells = [("points", [point(7)]), ("ended", "target", 7, ""), ("closed",)]
    driver.trainer.tells.extend(tells)
    driver.leave()
    assert (steps(left), left.ended, driver.line) == ([7], ("target", 7, ""), None)
    late = [("points", [point(8)]), ("failed", FAILED), ("stands", 8, 2)]
    driver.trainer.tells.extend(late)
    opened = driver.trainer.open
    driver.trainer.open = lambda *all_, longer: (
        opened(*all_, longer=longer), driver.trainer.tells.append(("opened", 3, 60)),
    )  # fmt: skip
    driver.go(other, tmp_path)
    assert (steps(other), other.head, other.saved, other.total) == ([], 3, 3, 60)
    assert steps(left) == [7]
    assert driver.running


@pytest.mark.parametrize("tells", [("failed", FAILED), ("lost",)])
def test_after_a_failure_the_file_tells_what_there_is(driver, tells, tmp_path):
    held = driver.line
    held.create(tmp_path)
    held.head, held.points = 9, [Point._make(point(k)) for k in (0, 5, 9)]
    held.state(0)
    held._opened()
    driver.trainer.tells.extend([tells, ("closed",)])
    with pytest.raises(TaskError):
        driver.wait("stands")
    assert (driver.running, driver.line, held.head, held._file) == (False, None, 0, None)
    assert (driver.told[-1].first, driver.told[-1].next) == (0, 0)  # the curve, anew
    hear(driver, tells)  # of a line that was left it is no news


def test_after_its_end_a_line_gets_a_new_length(driver, tmp_path):
    ended = driver.line
    ended.ended = Ended("target", 3, "")
    driver.running = False
    driver.trainer.tells.extend([("closed",)])
    opened = driver.trainer.open
    driver.trainer.open = lambda *all_, longer: (
        opened(*all_, longer=longer), driver.trainer.tells.append(("opened", 3, 60)),
    )  # fmt: skip
    driver.go(ended, tmp_path)
    assert "open longer" in driver.trainer.was_told
    assert ended.ended is None
