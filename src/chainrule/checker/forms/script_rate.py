"""A script's learning rate: a name, or a number written in its update."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.checker.forms.script_loops import without_magics
from chainrule.checker.forms.script_names import (
    LIKELY_RATE,
    PERHAPS_RATE,
    SURE_RATE,
)
from chainrule.checker.forms.script_world import Turn
from chainrule.checker.probes import LEARNING_RATE


class Rate:
    """Where the learning rate stands: `label` where it can be set, else `value`."""

    def __init__(self, source: str, weights: set[str]) -> None:
        self.tree = ast.parse(without_magics(source))
        self.weights = weights
        self.label, self.value = "", None  # type: str, float | None
        self.name = ""

    def learn(self, turn: Callable[[str, float | None], tuple[Turn, float | None]]) -> None:
        plain, _ = turn("", None)
        for label in _named(plain.before):
            try:
                moved, now = turn(label, LEARNING_RATE * 1.7)
            except Exception:
                continue
            if now == LEARNING_RATE * 1.7 and self._matters(plain, moved):
                self.label = self.name = label
                return
        for name in _named(plain.seen.numbers):
            self.name, self.value = name, float(plain.seen.numbers[name].ravel()[0])
            return
        self.value = self._written()

    def _matters(self, one: Turn, other: Turn) -> bool:
        return any(
            label in one.after and label in other.after
            and not np.array_equal(one.after[label], other.after[label], equal_nan=True)
            for label in self.weights
        )  # fmt: skip

    def at(self, turn: Turn) -> float | None:
        if self.label:
            found = turn.before.get(self.label)
            return None if found is None else float(found)
        if self.name and self.name in turn.seen.numbers:
            return float(turn.seen.numbers[self.name].ravel()[0])
        return self.value

    def _written(self) -> float | None:
        """The number that multiplies the step where weights are updated; 1 where nothing does."""
        updates = [value for target, value in self._updates() if self._is_weight(target)]
        factors = {number for value in updates for number in _factors(value)}
        if len(factors) == 1:
            return factors.pop()
        return 1.0 if updates and not factors else None

    def _updates(self) -> list[tuple[ast.expr, ast.expr]]:
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
                found.append((node.target, node.value))
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
                value = node.value
                same = ast.unparse(value.left) == ast.unparse(node.targets[0])
                if isinstance(value.op, ast.Add | ast.Sub) and same:
                    found.append((node.targets[0], value.right))
        return found

    def _is_weight(self, target: ast.expr) -> bool:
        text = ast.unparse(target)
        bare = re.split(r"[\[]", text)[0].rpartition(".")[2]
        return any(bare and re.search(rf"(^|\W){re.escape(bare)}($|\W)", label) for label in self.weights)

    def made_with(self, name: str, pattern: str) -> bool:
        """An assignment to this name holds the pattern."""
        last = re.findall(r"[A-Za-z_]\w*", name)[-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(re.search(rf"\b{last}\b", ast.unparse(target)) for target in targets):
                    if re.search(pattern, ast.unparse(node.value)):
                        return True
        return False


def _named(numbers: dict[str, Any]) -> list[str]:
    """Single numbers with the name of a learning rate, the surest first."""
    single = [name for name, value in numbers.items() if np.size(value) == 1 and np.asarray(value).dtype.kind == "f"]
    last = {name: re.findall(r"\w+", name)[-1] if re.findall(r"\w+", name) else "" for name in single}
    ranked = [[n for n in single if pattern.search(last[n])] for pattern in (SURE_RATE, LIKELY_RATE, PERHAPS_RATE)]
    return list(dict.fromkeys(name for names in ranked for name in names))


def _factors(value: ast.expr) -> list[float]:
    """Numbers that multiply the whole of an expression."""
    if isinstance(value, ast.UnaryOp):
        return [*_factors(value.operand)]
    if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
        return [float(value.value)]
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return [*_factors(value.left), *_factors(value.right)]
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        return _factors(value.left)
    return []
