"""Attributes in which fit() keeps how many samples there are in all, before it makes batches."""

from __future__ import annotations

import ast
import re
from typing import Any

from chainrule.checker.forms import words
from chainrule.checker.forms.program import Action, Program

COUNT = r"(\w+)\.shape\[[01]\]|len\((\w+)\)"


def rows_in_all(rows: int) -> int:
    """Of a data set of which so many rows are a batch."""
    return 3 * rows + 1


def keep(program: Program, root: Any, plan: tuple[Action, ...], rows: int) -> int | None:
    """Set what fit() would have set, where a batch's step is called without it."""
    done = None
    if plan[0].owner in program.classes() and hasattr(root, "__dict__"):
        for name in _kept(program, plan):
            setattr(root, name, rows_in_all(rows))
            done = rows_in_all(rows)
    return done


def _kept(program: Program, plan: tuple[Action, ...]) -> list[str]:
    """self.n in self.n = X.shape[0], set by a method with batches that the plan does not call."""
    called = {action.qualified for action in plan}
    found: list[str] = []
    for name, node in program.nodes().items():
        same = name.startswith(f"{plan[0].owner}.")
        if same and name not in called and _makes_batches(node):
            found += [n for part in ast.walk(node) if (n := _count(part, node))]
    return found


def _count(part: ast.AST, node: ast.FunctionDef) -> str:
    """The attribute that is given the number of the method's own samples, or ""."""
    if not (isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Attribute)):
        return ""
    whole = re.fullmatch(COUNT, ast.unparse(part.value))
    own = {arg.arg for arg in node.args.args}
    return part.targets[0].attr if whole and {n for n in whole.groups() if n} <= own else ""


def _makes_batches(node: ast.FunctionDef) -> bool:
    """It is told a batch size, or goes through its rows in strides."""
    told = any(words.is_(arg.arg, words.BATCH) for arg in node.args.args)
    return told or any(
        isinstance(part, ast.Call) and ast.unparse(part.func) == "range" and len(part.args) == 3
        for part in ast.walk(node)
    )
