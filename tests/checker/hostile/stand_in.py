"""Stands in for `chainrule.checker.forms`: one function `gradient(params, X, y)`, called twice."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.observation import Call, Layer, Reading
from chainrule.core.errors import UsageError


class Program(NamedTuple):
    path: str
    source: str
    tree: ast.Module
    namespace: dict[str, Any]


def read(program: Program) -> list[Reading]:
    function = program.namespace.get("gradient")
    if function is None:
        raise UsageError("stand-in", "a function gradient", "none", "Write one.")
    calls = tuple(_call(function, probe) for probe in ("distinct", "fresh"))
    entry = "gradient(params, X, y)"
    return [Reading("gradient function", entry, {"samples": "rows"}, "columns", calls)]


def read_script(source: str, path: str) -> list[Reading]:
    namespace = {"__name__": "learner"}
    exec(compile(source, path, "exec"), namespace)
    raise UsageError("stand-in", "a function gradient", "none", "Write one.")


def _call(function: Any, probe: str) -> Call:
    sizes = {"W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}
    given = {name: np.arange(float(np.prod(size))).reshape(size) for name, size in sizes.items()}
    x, y = np.arange(12.0).reshape(4, 3), np.zeros((4, 2))
    before = _layers({name: value.copy() for name, value in given.items()})
    found = function(given, x.copy(), y.copy())
    return Call(probe, x, y, before, _layers(found), None)


def _layers(found: Any) -> tuple[Layer, ...]:
    return tuple(Layer(np.asarray(found[f"W{k}"]), np.asarray(found[f"b{k}"])) for k in (1, 2))
