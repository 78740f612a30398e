"""Settings, counts and draws of a step, as numbers with names."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.core.schedules import Schedule, WarmUp
from chainrule.core.tables import Settings
from chainrule.trace.expression import Expr, Leaf, Quantity
from chainrule.trace.rules import SCHEDULES, rule_of


@lru_cache(maxsize=8)  # one number after the other is asked for
def drawn_for(seed: int, l: int, before: int, rows: int, units: int) -> Array:
    """The numbers that a step's dropout drew, (rows, units), after so many rows of other steps."""
    bits = random.stream(seed, random.dropout_of_layer(l), before * units)
    return random.uniform(bits, rows * units).reshape(rows, units)


def factor_of(schedule: Schedule, known: dict[str, Leaf]) -> Expr:
    """What the schedule multiplies by; of a warm-up with that of what comes after it."""
    settings: dict[str, Any] = settings_in(schedule)
    if isinstance(schedule, WarmUp):
        settings["then"] = factor_of(schedule.then, known)
    made: Expr = rule_of(SCHEDULES, "schedule", schedule.name)(**known, **settings)
    return made


def count(letter: str, value: float) -> Leaf:
    return Leaf(Quantity(letter), value, is_setting=True)


def settings_in(row: Any) -> dict[str, Leaf]:
    """The settings of a row as numbers with names."""
    held = row.settings() if isinstance(row, Settings) else {}
    return {name: Leaf(Quantity(name), value, is_setting=True) for name, value in held.items()}
