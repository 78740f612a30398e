"""Programs as learners write them: right ones, and wrong ones whose mistake is known.

`programs_with(32, setting, layout)` is the text of a program with mistake 32 of the catalogue, or
None where it can't be made; `why_not` says why. `variants(71)` are the forms of a row that has
several; `programs_with(..., variant="stale v")` asks for one.
"""

from __future__ import annotations

from tests.checker.generator import (  # noqa: F401  each fills the register
    backward_rows,
    data_rows,
    forward_rows,
    step_rows,
)
from tests.checker.generator.catalogue import MISTAKES, VARIANTS
from tests.checker.generator.layouts import render
from tests.checker.generator.pairing import SQUARE, Pair, pairs
from tests.checker.generator.plan import LAYOUTS, SETTINGS, NotApplicable, Plan, Setting
from tests.checker.generator.right import right_programs

__all__ = [
    "Pair",
    "Setting",
    "aliases",
    "layouts",
    "only_square",
    "pairs",
    "plan_with",
    "programs_with",
    "right_programs",
    "rows",
    "settings",
    "silent",
    "variants",
    "why_not",
]

NOT_MADE = {
    78: "the scale of the inputs is the data's, not the program's",
    81: "a label among the inputs is in the data, not in the program",
}


def rows() -> list[int]:
    """The rows a program can be written for."""
    return sorted(MISTAKES)


def settings() -> tuple[Setting, ...]:
    return SETTINGS


def layouts() -> tuple[str, ...]:
    return LAYOUTS


def variants(mistake_id: int) -> tuple[str, ...]:
    """The forms of a row that has more than one."""
    return VARIANTS.get(mistake_id, ())


def plan_with(
    mistake_id: int, setting: Setting, layout: str, variant: str | None = None, seed: int = 0
) -> Plan:
    """The plan of a program; raises NotApplicable."""
    if mistake_id not in MISTAKES:
        raise NotApplicable(NOT_MADE.get(mistake_id, "no such row"))
    if variant is not None or not variants(mistake_id):
        plan = Plan(setting, layout, (mistake_id, variant, seed))
        MISTAKES[mistake_id](plan, *([variant] if variant is not None else []))
        return plan
    names = list(variants(mistake_id))
    turn = SETTINGS.index(setting) + LAYOUTS.index(layout) + seed
    reason = NotApplicable("")
    for i in range(len(names)):
        try:
            return plan_with(mistake_id, setting, layout, names[(turn + i) % len(names)], seed)
        except NotApplicable as error:
            reason = error
    raise reason


def programs_with(
    mistake_id: int, setting: Setting, layout: str, variant: str | None = None, seed: int = 0
) -> str | None:
    """A program with this mistake and no other. A row's variants take turns over the settings."""
    try:
        return render(plan_with(mistake_id, setting, layout, variant, seed))
    except NotApplicable:
        return None


def why_not(mistake_id: int, setting: Setting, layout: str, variant: str | None = None) -> str:
    """Why `programs_with` gives None, or nothing where it gives a program."""
    try:
        plan_with(mistake_id, setting, layout, variant)
    except NotApplicable as reason:
        return str(reason)
    return ""


# Rows that no tool can tell apart by numbers alone; the last ones where only steps are seen.
aliases: dict[int, set[int]] = {
    7: {29},  # the cached z has become a: f'(a) either way
    29: {7},
    32: {33},  # a ReLU's output is never negative: the test is always true
    33: {32},
    21: {22},  # with softmax the extra a(1 - a) is the diagonal of the Jacobian
    22: {21, 26},  # -y(1 - a) is also what one term of BCE gives
    26: {22},
    59: {63},  # db is the sum over the whole layer; only the shape of b tells them apart
    63: {59},
    # steps alone
    11: {68},  # the sum of m gradients, and m steps with one stale mean of them
    68: {11},
    25: {66},  # -g and a step of -eta g, or g and a step of +eta g
    66: {25},
}

# 12 everywhere and 13 are the same where m = k, 13 and half the gradient where k = 2: probes with
# other sizes tell them apart, so they are no aliases.

silent: set[tuple[int, str]] = {
    (71, "v reset"),  # is plain gradient descent, number for number
}

only_square: frozenset[int] = frozenset(SQUARE)  # these run with layers of one width and m = width
