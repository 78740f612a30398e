"""What a program's functions know when they return: their local names, heard by hooks in the code.

Hooks are written into the program (`return value` becomes `return __heard__(value)`), for Python's
own ways to listen (profile, trace) slow down every call in the process.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np

from chainrule.checker.forms.script_tape import strip
from chainrule.core.dense import Array

HEARD, OURS = "__heard__", ("__loops__", "__values__", "__taken__", "__said__", "__heard__")
CAPTURES, LARGEST_SEEN = 400, 20_000
OPERATORS = re.compile(r"__(?!call__)\w+__$")  # of a learner's own autograd: called too often
NONE: frozenset[str] = frozenset()  # no names: only what a turn does to its world is wanted
_array, _asarray = np.array, np.asarray  # while a turn runs, np.array itself is tracked


class Heard:
    """Local names of the program's functions, as they were when the function returned."""

    def __init__(self, only: frozenset[str] | None) -> None:
        self.only, self.captures = only, 0
        self.roots = roots(only)
        self.numbers: dict[str, Array] = {}
        self.functions: dict[str, None] = {}

    def __call__(self, function: str, local: dict[str, Any], given: Any) -> None:
        self.captures += 1
        self.functions[function] = None
        self.numbers.update(numbers_of(data(below(local, self.roots))))
        if isinstance(strip(given), float | np.generic | np.ndarray) and np.size(given) == 1:
            self.numbers[f"{function}()"] = _array(strip(given))


_listeners: list[Heard] = []  # the last one hears


@contextmanager
def listening(only: frozenset[str] | None) -> Iterator[Heard]:
    """`only` these names; with NONE nothing is heard."""
    _listeners.append(Heard(only))
    try:
        yield _listeners[-1]
    finally:
        _listeners.pop()


def heard(value: Any) -> Any:
    """A function of the program is about to return this. Hands it on."""
    listener = _listeners[-1] if _listeners else None
    if listener is not None and listener.only != NONE and listener.captures <= CAPTURES:
        frame = sys._getframe(1)
        listener(frame.f_code.co_name, frame.f_locals, value)
    return value


class Hearing(ast.NodeTransformer):
    """Puts `__heard__(...)` around what functions return, and at their ends."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if OPERATORS.match(node.name):
            return node
        self.generic_visit(node)
        last = node.body[-1]
        if not isinstance(last, ast.Return | ast.Raise):
            node.body.append(ast.copy_location(ast.Expr(_heard(ast.Constant(None))), last))
        return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        node.value = _heard(node.value or ast.Constant(None))
        return node


def _heard(value: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(HEARD, ast.Load()), [value], [])


def data(names: dict[str, Any]) -> dict[str, Any]:
    """What a turn may change: no functions, classes, modules, hooks."""
    return {
        name: value
        for name, value in names.items()
        if not name.startswith("__")
        and not isinstance(value, ModuleType | type | BuiltinFunctionType | np.ufunc)
        and not (isinstance(value, FunctionType) and not value.__closure__)
        and name not in OURS
    }


def roots(only: frozenset[str] | None) -> set[str] | None:
    """The names that lead to one of these: `net` to `net.layers[0].b`."""
    return None if only is None else {re.split(r"[.\[]", name)[0] for name in only}


def below(names: dict[str, Any], roots: set[str] | None) -> dict[str, Any]:
    """Those of the names that are among the roots; None: all."""
    return names if roots is None else {name: names[name] for name in roots & names.keys()}


def numbers_of(names: dict[str, Any]) -> dict[str, Array]:
    """The numbers under these names; attributes as `self.W1`, items as `grads['dW1']`."""
    found: dict[str, Array] = {}
    for name, value in list(names.items()):
        _note(name, value, found, 0)
    return found


def _note(name: str, value: Any, found: dict[str, Array], depth: int) -> None:
    value = strip(value)
    if isinstance(value, np.ndarray | np.generic | int | float) and not isinstance(value, bool):
        array = _asarray(value)
        if array.dtype.kind in "fiub" and array.size <= LARGEST_SEEN:
            found.setdefault(name, array.copy())
    elif isinstance(value, list | tuple) and value and len(value) <= LARGEST_SEEN:
        _note_list(name, value, found, depth)
    elif isinstance(value, dict) and depth < 3 and len(value) <= 200:
        for key, each in list(value.items()):
            _note(f"{name}[{key!r}]", each, found, depth + 1)
    elif (
        depth < 3
        and hasattr(value, "__dict__")
        and not isinstance(value, FunctionType | ModuleType | type)
    ):
        for key, each in list(vars(value).items()):
            _note(f"{name}.{key}", each, found, depth + 1)


def _note_list(name: str, value: Any, found: dict[str, Array], depth: int) -> None:
    array = None
    with suppress(ValueError, TypeError, RecursionError):
        array = _array([strip(each) for each in value], dtype=float)
    if array is not None and array.size <= LARGEST_SEEN:
        found.setdefault(name, array)
    elif depth < 3 and len(value) <= 50:
        for at, each in enumerate(value):
            _note(f"{name}[{at}]", each, found, depth + 1)
