"""Numbers a program names for its penalties and its optimiser: LAM = 0.1, self.beta, eps=1e-8."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

from chainrule.checker.forms import tree, words
from chainrule.checker.forms.ways import Way, World


def settings(way: Way, world: World | None) -> dict[str, float]:
    """Defaults of arguments; over them the constants of the file, then an object's attributes."""
    found = dict(_defaults(way))
    found |= dict(_named(way.program.namespace))
    if world is not None and world.kind == "object":
        for leaf in tree.leaves(world.root):
            if leaf.value.ndim == 0 and words.is_setting(leaf.name):
                found[leaf.name] = float(leaf.value)
    return {name: number for name, number in found.items() if math.isfinite(number)}


def _defaults(way: Way) -> Iterator[tuple[str, float]]:
    program = way.program
    callables: list[Any] = list(program.functions().values())
    for cls in program.classes().values():
        callables += [f for f in vars(cls).values() if hasattr(f, "__code__")]
    plan = {action.name for action in way.plan}
    callables.sort(key=lambda f: f.__name__ in plan)  # what is called counts most
    for function in callables:
        yield from _named(_with_defaults(function))


def _with_defaults(function: Any) -> dict[str, Any]:
    code, given = function.__code__, function.__defaults__ or ()
    found = dict(function.__kwdefaults__ or {})
    with contextlib.suppress(TypeError):
        names = code.co_varnames[: code.co_argcount]
        found |= dict(zip(names[len(names) - len(given) :], given, strict=True))
    return found


def _named(space: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in space.items():
        if words.is_setting(name) and tree.is_number(value):
            yield name, float(value)
