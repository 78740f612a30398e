"""What the file's own targets tell: whether they are flat, and from which number labels go."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import numpy as np

from chainrule.checker.forms import words
from chainrule.checker.forms.program import Program

STOOD_UP = r"(\.reshape\(-1, 1\)|\[:, (None|np\.newaxis)\])"  # as ast.unparse writes it
DRAWN = {"integers", "randint", "choice"}


def flat(program: Program) -> bool:
    """The targets are a vector, which a function of the file makes a column for itself."""
    return _stands_up(program) and _are_flat(program)


def labels_from_one(program: Program) -> bool:
    """One is taken off the labels where they are used as places: np.eye(k)[y - 1].

    Alone, or beside the numbers of the rows: img[x - 1, y - 1] is a pixel.
    """
    rows = r"[^\],]*range\([^\]]*\)"
    off = rf"\[({rows} *, *)?\b(y|labels?|targets?)(_\w+|\.\w+\(\))? *- *1 *(, *{rows})?\]"
    return program.smells_of(off) and not _from_zero(program)


def are_places(program: Program) -> bool:
    """A function picks with its targets: p[np.arange(m), y]. Then they are labels everywhere."""
    for node in program.nodes().values():
        for arg in node.args.args:
            name = re.escape(arg.arg)
            picks = rf"\[(np\.arange|range)\([^\]]*\), {name}\]|\[{name}, (np\.arange|range)\("
            if words.is_(arg.arg, words.Y) and re.search(picks, ast.unparse(node)):
                return True
    return False


def _stands_up(program: Program) -> bool:
    for node in program.nodes().values():
        for arg in node.args.args:
            pattern = rf"\b{re.escape(arg.arg)}{STOOD_UP}"
            if words.is_(arg.arg, words.Y) and re.search(pattern, ast.unparse(node)):
                return True
    return False


def _are_flat(program: Program) -> bool:
    found = [np.ndim(value) == 1 for value in _arrays(program)]
    found = found or [_is_flat(value) for value in _values(program)]
    return bool(found) and all(found)


def _arrays(program: Program) -> list[np.ndarray]:
    return [
        value
        for name, value in program.namespace.items()
        if words.is_(name, words.Y) and isinstance(value, np.ndarray) and value.size > 1
    ]


def _values(program: Program) -> Iterator[ast.expr]:
    """What is written where targets get their value outside of functions."""
    left: list[ast.AST] = [program.tree]
    while left:
        for part in ast.iter_child_nodes(left.pop()):
            if isinstance(part, ast.Assign):
                named = [t.id for t in part.targets if isinstance(t, ast.Name)]
                if any(words.is_(name, words.Y) for name in named):
                    yield part.value
            elif not isinstance(part, ast.FunctionDef | ast.ClassDef):
                left.append(part)


def _is_flat(value: ast.expr) -> bool:
    """rng.integers(0, 2, size=30), np.array([0, 1]), X[:, 0] > 0; as far as can be seen."""
    if isinstance(value, ast.BinOp | ast.Compare):
        return _is_flat(value.left)
    if isinstance(value, ast.Subscript):
        parts = value.slice.elts if isinstance(value.slice, ast.Tuple) else []
        return [type(part) for part in parts] == [ast.Slice, ast.Constant]
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return False
    name = value.func.attr
    if name == "astype":
        return _is_flat(value.func.value)
    if name in ("array", "asarray"):
        inner = value.args[0] if value.args else None
        nested = (ast.List, ast.Tuple)
        return isinstance(inner, nested) and not any(isinstance(e, nested) for e in inner.elts)
    sizes = [k.value for k in value.keywords if k.arg == "size"] or value.args[2:3]
    return name in DRAWN and bool(sizes) and isinstance(sizes[0], ast.Constant | ast.Name)


def _from_zero(program: Program) -> bool:
    """The file's own labels begin with 0."""
    whole = [value for value in _arrays(program) if value.dtype.kind in "iu"]
    if whole:
        return any(value.min() == 0 for value in whole)
    return any(
        re.match(r"[\w.]*(randint|integers)\((0,|\w+\)|\w+, size)", ast.unparse(value))
        for value in _values(program)
        if not isinstance(value, ast.BinOp)
    )
