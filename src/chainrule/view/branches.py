"""The futures of one past: how one is begun, and which may be dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import count, product
from string import ascii_uppercase

from chainrule.core.errors import UsageError
from chainrule.records import State
from chainrule.view import words
from chainrule.view.fields import SETTINGS
from chainrule.view.line import Line, branched
from chainrule.view.settings import Setup, training_of
from chainrule.view.worker import doubled

MOST = 8
Lines = dict[str, Line]


def check(lines: Lines, line: Line, step: int) -> None:
    if len(lines) >= MOST:
        raise UsageError("branch", f"at most {MOST} branches", f"{len(lines)}", "Drop one.")
    if not 0 <= step <= line.head:
        raise UsageError("branch", f"a state from 0 to {line.head}", str(step), "Go there first.")


def names(taken: Collection[str]) -> Iterator[str]:
    """A, B, ... Z, AA, ... but those: none twice, for pages keep the curves of a name."""
    for size in count(1):
        for letters in product(ascii_uppercase, repeat=size):
            if (name := "".join(letters)) not in taken:
                yield name


def begun(parent: Line, state: State, settings: dict[str, object], names: Iterator[str]) -> Line:
    """The same past, another training; what lies before its first state is its parent's."""
    setup = _long_enough(_same_network(parent.setup, settings), state.step)
    while parent.parent is not None and state.step < parent.fork:
        parent = parent.parent
    says = words.difference(parent.setup.chosen.settings, setup.chosen.settings)
    return Line(
        next(names), setup, parent=parent, start=branched(state, setup), says=says or "the same"
    )


def _same_network(setup: Setup, settings: dict[str, object]) -> Setup:
    chosen = setup.chosen.having(settings)
    for name in settings:
        if not SETTINGS[name].branches:
            raise UsageError(
                f"setting {name!r}", "a setting that can change on the way", "one that can't",
                "Another network or other data start anew: change it under Setup.",
            )  # fmt: skip
    # Of an opened run only what is changed now: its own training stands in its file.
    changes = chosen.settings if setup.chosen.changes else settings
    return replace(setup, chosen=chosen, training=training_of(setup.training, changes))


def _long_enough(setup: Setup, step: int) -> Setup:
    """At the planned end of its parent a branch gets twice the length."""
    training, rows = setup.training, setup.source.data.train.n
    while training.total_steps(rows) <= step:
        training = replace(training, **doubled(training))  # type: ignore[arg-type]
    return replace(setup, training=training)


def droppable(lines: Lines, line: Line) -> None:
    if line.parent is None or any(each.parent is line for each in lines.values()):
        raise UsageError(
            f"drop {line.name}", "a branch that no other one left",
            "the first one" if line.parent is None else "the parent of another", "Keep it.",
        )  # fmt: skip


def named(lines: Lines, name: str) -> Line:
    if name not in lines:
        raise UsageError(
            "branch", f"one of {', '.join(lines)}", repr(name[:40]), "Choose one of these."
        )
    return lines[name]
