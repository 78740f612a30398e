"""Programs with two mistakes, both of which show in the numbers."""

from __future__ import annotations

import random
import warnings
from typing import Any, NamedTuple

import numpy as np

from tests.checker.generator.catalogue import MISTAKES, VARIANTS
from tests.checker.generator.plan import LAYOUTS, SETTINGS, Clash, NotApplicable, Plan, Setting
from tests.checker.generator.run import Numbers, Running, apart

# Rows that change the gradient or the step of a program of numbers.
SINGLE = (
    *(1, 2, 3, 4, 5, 7, 9, 11, 12, 13, 15, 16, 18, 20, 21, 22, 23, 24, 25, 26, 27, 29, 30, 31),
    *(32, 33, 34, 36, 37, 39, 40, 41, 42, 48, 49, 52, 53, 54, 55, 56, 58, 59, 61, 62, 64, 65),
    *(66, 67, 68, 69, 70, 71, 72, 73),
)
SQUARE = (10, 38, 43, 44, 45, 50, 51, 60)  # these need layers of one width
VISIBLE = 1e-4  # relative difference of a tensor

Chosen = tuple[int, str | None]  # a row and one of its variants


class Pair(NamedTuple):
    source: str
    ids: frozenset[int]
    setting: Setting
    layout: str


def plan_of(chosen: list[Chosen], like: Plan, habits: dict[str, Any]) -> Plan:
    """A plan with these mistakes, by the hand that wrote `like`."""
    plan = Plan(like.setting, like.layout, 0)
    plan.habits = {**like.habits, **habits}
    for number, variant in chosen:
        MISTAKES[number](plan, *([variant] if variant else []))
    return plan


def numbers(plan: Plan) -> Numbers:
    """All that can be seen: two gradients in a row, and the steps of one epoch and of two."""
    run = Running(plan)
    seen: Numbers = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        seen["loss"] = np.array(run.loss())
        if plan.seen == "gradient":
            for call in (1, 2):
                found = run.gradients()
                seen |= {f"{call} {key}": np.asarray(value) for key, value in found.items()}
        for epochs in (1, 2):
            after, _ = run.trained(epochs)
            seen |= {f"step {epochs} {key}": after[key] - run.params[key] for key in after}
    return seen


def differ(one: Numbers, other: Numbers) -> bool:
    return one.keys() != other.keys() or apart(one, other) > VISIBLE


def steps(seen: Numbers) -> Numbers:
    """What is left where a gradient of the other sign is made good by the step."""
    return {key: value for key, value in seen.items() if key.startswith("step")}


def pair_of(first: Chosen, second: Chosen, setting: Setting, layout: str, seed: int) -> Pair | None:
    """The program with both, or None where they are no pair."""
    like = Plan(setting, layout, (first, second, seed))
    try:
        plan = plan_of([first, second], like, {})
        habits = plan.demanded
        alone = [plan_of([each], like, habits) for each in (first, second)]
        right = plan_of([], like, habits)
        both = numbers(plan)
        others = [numbers(each) for each in (*alone, right)]
    except (Clash, NotApplicable):
        return None
    except (ValueError, TypeError, LookupError, NameError, AttributeError, SyntaxError):
        # together they do not run
        return None
    if not all(np.all(np.isfinite(value)) for value in both.values()):
        return None
    if not all(differ(each, both) for each in others) or not differ(steps(others[-1]), steps(both)):
        return None
    ids = frozenset((first[0], second[0]))
    return Pair(Running(plan).source, ids, setting, layout)


def pairs(seed: int, count: int) -> list[Pair]:
    """So many pairs, drawn over rows, settings and layouts."""
    rng = random.Random(seed)
    found: list[Pair] = []
    while len(found) < count:
        rows = rng.sample(SINGLE if rng.random() < 0.85 else SINGLE + SQUARE, 2)
        first, second = (
            (number, rng.choice(VARIANTS[number]) if VARIANTS[number] else None) for number in rows
        )
        drawn = pair_of(first, second, rng.choice(SETTINGS), rng.choice(LAYOUTS), rng.random())
        if drawn is not None:
            found.append(drawn)
    return found
