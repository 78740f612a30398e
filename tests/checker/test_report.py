"""What the checker promises, on a sample of its batteries: `--battery all` runs all of them.

The figures themselves are measured by `make checker-report`. Here a share is held to with the room
that a sample of its size needs: a test fails where chance would give so few once in ten thousand.
"""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from chainrule.checker import stand_ins
from tests.checker import battery as programs
from tests.checker.battery import counts, is_accused, is_first, run

SHARES = {"singles": 0.95, "pairs": 0.85, "teaching": 0.85, "strangers": 0.9}
RARE = 1e-4

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def windows_stay_closed(monkeypatch):
    """As in the sandbox; the stand-ins for libraries that draw are gone after the test."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    stand_ins.install()
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in stand_ins.DRAWING:
            del sys.modules[name]


@pytest.fixture
def some(battery):
    """A third of an ordinary battery, for a check takes a second."""

    def choose(items):
        found = battery(items)
        return found if len(found) == len(items) else found[::3]

    return choose


def too_few(good: int, n: int, share: float) -> bool:
    """Whether so few of n, or fewer, are rarer than RARE where each is good with this share.

    So a test that fails here fails by chance less than RARE of the time; less still, because a
    sample takes no program twice. Of 4 programs and a share of 0.95 only 0 is too few.
    """
    chance = sum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(good + 1))
    return chance < RARE


@pytest.mark.parametrize("name", sorted(SHARES))
def test_the_first_mistake_is_named(name, some, seed):
    items = [item for item in programs.items(name, seed) if counts(item)]
    held = [(item, run(item)) for item in some(items)]
    bad = [f"{item.name}: {outcome}" for item, outcome in held if not is_first(item, outcome)]
    assert not too_few(len(held) - len(bad), len(held), SHARES[name]), "\n".join(bad)


def test_no_right_program_is_accused(some, seed):
    others = [item for item in programs.items("strangers", seed) if not item.wanted]
    held = [(item, run(item)) for item in some([*programs.items("right", seed), *others])]
    assert [f"{item.name}: {outcome}" for item, outcome in held if is_accused(outcome)] == []


@pytest.mark.parametrize("row", ["63", "83", "85"])
def test_choices_and_starts_are_named_in_a_note(row, seed):
    item = next(item for item in programs.items("singles", seed) if item.group == row)
    outcome = run(item._replace(sandboxed=False))
    assert is_first(item, outcome)
    assert not is_accused(outcome), outcome


@pytest.mark.parametrize("number", [1, 2])
def test_one_given_bias_for_a_layer_is_named_in_a_note(number):
    name = f"strangers/blog_example_{number}.py"
    item = programs.Item("strangers", "shown", name, name, ((58,),), sandboxed=True)
    outcome = run(item)
    assert is_first(item, outcome)
    assert not is_accused(outcome), outcome


def test_a_share_is_held_to_with_the_room_that_a_sample_needs():
    assert not too_few(9, 12, 0.9)
    assert too_few(4, 12, 0.9)
    assert not too_few(975, 1000, 0.98)
    assert too_few(900, 1000, 0.98)
    assert [too_few(good, 4, 0.95) for good in range(5)] == [True, False, False, False, False]


@pytest.mark.parametrize("share", sorted(set(SHARES.values())))
@pytest.mark.parametrize("n", [4, 12, 40, 263])
def test_a_test_fails_by_chance_once_in_ten_thousand_runs_at_most(n, share, rng):
    fails = np.array([too_few(good, n, share) for good in range(n + 1)])
    assert not fails[-1]
    assert (np.diff(fails.astype(int)) <= 0).all(), "too few stays too few with fewer"
    runs = 200_000
    failed = fails[rng.binomial(n, share, size=runs)].sum()
    assert failed <= RARE * runs + 4 * math.sqrt(RARE * runs)  # 4 sigma of a rare count


def test_rows_left_out_are_those_that_no_form_can_show():
    never, not_made = programs.left_out()
    assert not set(never) & {int(item.group) for item in programs.items("singles", 0)}
    assert not set(not_made) & set(never)
