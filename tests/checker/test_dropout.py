"""Dropout in a learner's program: the same mask belongs in both directions."""

from __future__ import annotations

import pytest

from chainrule.checker.account import Account
from chainrule.checker.case import Case
from chainrule.checker.sandbox import observe
from tests.checker.battery import judged_here
from tests.checker.generator import programs_with
from tests.checker.generator.data_rows import with_dropout
from tests.checker.generator.plan import LAYOUTS, SETTINGS, Plan
from tests.checker.generator.right import of_plan

TANH = SETTINGS[5]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_mask_in_both_directions_is_right(layout):
    plan = Plan(TANH, layout, 3)
    with_dropout(plan)
    verdict = judged_here(of_plan(plan, "dropout").source)
    assert (verdict.status, verdict.mistakes) == ("right", ())


@pytest.mark.parametrize("variant", ["missing", "without its scale"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_mask_forgotten_on_the_way_back_is_named(layout, variant):
    verdict = judged_here(programs_with(47, TANH, layout, variant))
    assert [mistake.id for mistake in verdict.mistakes][:1] == [47]


def test_relus_own_zeros_are_no_dropout():
    """A ReLU is the identity times a mask of 0 and 1, but one that asks the sign alone."""
    plan = Plan(SETTINGS[8], "functions", 3)
    reading = observe(of_plan(plan, "ReLU").source).readings[0]
    accounts: list[Account] = Case(reading).accounts()
    assert accounts
    assert not any(account.forward.dropped for account in accounts)
