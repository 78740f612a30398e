"""How a program trains by itself: its data, its starts, its first steps and their number.

A reader for `inside`: it runs the program as it is run by hand, up to the first turns of its
training loop, and puts no number of ours into it.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import Any

import numpy as np

from chainrule.checker.forms import script_stubs
from chainrule.checker.forms.errors import NotUnderstood
from chainrule.checker.forms.own_data import whole
from chainrule.checker.forms.own_starts import starts_of
from chainrule.checker.forms.script_calls import Script
from chainrule.checker.forms.script_layers import like
from chainrule.checker.forms.script_moment import World
from chainrule.checker.forms.script_plain import plain_own
from chainrule.checker.forms.script_watch import Training, Watch, quiet, watched
from chainrule.checker.forms.script_world import Turn, layers, places, tracked_turn
from chainrule.checker.observation import Own, Reading, Step

STEPS = 3
LARGE = 2**18  # weights; above, one step has to do


def read_file(source: str, path: str) -> list[Reading]:
    """One reading without calls, whose `own` says how the program trains."""
    with quiet(path):
        try:
            watch, ended = watched(source, path)
        except SyntaxError as error:
            raise _not_understood(f"{error.msg} in line {error.lineno}") from error
        watch.found = watch.found or watch.weak[:1]  # weak: no step moves anything
        if not watch.found:
            raise _not_understood(_why(ended))
        made_up = bool(script_stubs.handed)
        own = _own(source, watch)._replace(made_up=made_up)
    return [Reading("own", own.where, {}, "", (), own=plain_own(own))]


def _own(source: str, watch: Watch) -> Own:
    first, last = watch.found[0], watch.found[-1]
    script = Script(watch, last, source)
    steps, turns = _steps(script)
    starts, seeded = starts_of(source, watch, script, steps[0].before)
    where = f"loop in line {first.loop.line}"
    if first.loop.function:
        where += f", in {first.loop.function}()"
    x, y = whole(script, first, steps) or (None, None)
    turns_of = tuple(_turns(watch, training) for training in watch.found)
    rate = _rate(script, turns[0])
    return Own(where, x, y, steps, starts, seeded, turns_of, made_up=False, learning_rate=rate)


def _steps(script: Script) -> tuple[tuple[Step, ...], list[Turn]]:
    """The first turns of the innermost loop, with the program's own numbers."""
    training = script.training
    world = training.moment.world()
    large = sum(one.ids.size for one in script.found) > LARGE
    made, turns = [], []
    for _ in range(1 if large else min(STEPS, _values(world))):
        try:
            with script.watch.limit():
                turn = tracked_turn(
                    world, training.code, script.path, training.changed, training.wide
                )
            made.append(_step(script, turn))
        except Exception:
            if not made:
                raise
            break
        turns.append(turn)
    return tuple(made), turns


def _values(world: World) -> int:
    """How many turns have a value of their own; a `while` has no values."""
    return len(world.values) or STEPS


def _step(script: Script, turn: Turn) -> Step:
    net = turn.net
    if net is None or net.y is None or len(net.layers) != len(script.found):
        raise _not_understood("a turn of it that does not show the network")
    now = like(script.found[0], net.layers[0])
    if now is None:
        raise _not_understood("another network in each turn")
    return Step(
        now.fed, net.y,
        layers(script.found, turn.numbers, turn.before),
        layers(script.found, turn.numbers, turn.after),
    )  # fmt: skip


def _rate(script: Script, turn: Turn) -> float | None:
    """The program's own learning rate, by its name or as it is written."""
    rate = script.rate
    if rate.label in turn.before:
        return float(turn.before[rate.label].ravel()[0])
    if rate.knob is not None:
        return abs(rate.knob.value)
    if rate.name in turn.seen.numbers:
        return float(turn.seen.numbers[rate.name].ravel()[0])
    return rate.value


def _turns(watch: Watch, training: Training) -> int:
    """How often a loop goes round; −1 where that can't be told before."""
    if training.loop.number in watch.lengths:
        return watch.lengths[training.loop.number]
    test = getattr(training.loop.node, "test", None)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        with suppress(Exception):
            left, right = (_worth(part, training) for part in (test.left, test.comparators[0]))
            more = int(isinstance(test.ops[0], ast.LtE))
            if isinstance(test.ops[0], ast.Lt | ast.LtE) and type(left) is type(right) is int:
                return max(right - left + more, -1)
    return -1


def _worth(node: ast.expr, training: Training) -> Any:
    """A name or a number as it is when the loop begins; nothing is called."""
    if not isinstance(node, ast.Name | ast.Attribute | ast.Constant):
        raise ValueError(ast.unparse(node))
    world = training.moment.world()
    place = places(world).get(ast.unparse(node))
    if place is not None:
        return int(place.value) if isinstance(place.value, int | np.integer) else None
    return ast.literal_eval(node)


def _why(ended: str) -> str:
    if not ended or ended == "the end of the file":
        return "none that is reached when it is run" if ended else "none"
    return f"none before {ended}"


def _not_understood(got: str) -> NotUnderstood:
    return NotUnderstood(
        "chainrule doctor", "a loop that trains when the program is run", got,
        "Let the program call its training at its end.",
    )  # fmt: skip
