"""A script's learning rate: a name, or a number written in its update."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Set
from typing import Any

import numpy as np

from chainrule.checker.forms.script_knobs import Knob
from chainrule.checker.forms.script_loops import without_magics
from chainrule.checker.forms.script_moment import World
from chainrule.checker.forms.script_names import (
    LIKELY_RATE,
    PERHAPS_RATE,
    SURE_RATE,
    last_name,
)
from chainrule.checker.forms.script_world import Turn, places
from chainrule.core.dense import Array

CLOSE, PATIENCE = 1e-4, 1.0  # float32 programs round; seconds to look for the rate
NEUTRAL = (1.0, 2.0, 0.5)  # factors of losses: rates only if the update itself says so

Prepare = Callable[[World], None]
Step = Callable[[Prepare, Knob | None, float], Array]


class Rate:
    """Where the learning rate stands: a slot or a knob, where it can be set; else its value."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(without_magics(source))
        self.weights: set[str] = set()
        self.known: dict[tuple[str, str], bool] = {}
        self.label = self.name = ""
        self.knob: Knob | None = None
        self.value: float | None = None

    @property
    def settable(self) -> bool:
        return bool(self.label or self.knob)

    def learn(
        self, step: Step, plain: Turn, known: Callable[[], list[Knob]], taken: Set[str]
    ) -> None:
        """Twice the rate makes twice the step: names first, then numbers in the code.

        taken: slots of weights and data, which are no rates.
        """
        self.step, self.end = step, time.monotonic() + PATIENCE
        self.base = step(lambda _: None, None, 0.0)
        self.label = next((x for x in _candidates(plain, taken) if self._doubles(x, plain)), "")
        if self.label:
            self.name = self.label
            return
        named = _named(plain.seen.numbers, (SURE_RATE,))
        self.name = next((name for name in named if not _stays(name, plain)), "")
        if not self.name:
            self._turn_knobs(known())
            if self.knob is None and named:
                self.name = named[0]
            return
        value = float(plain.seen.numbers[self.name].ravel()[0])
        same = [knob for knob in known() if knob.value == value and self._turns(knob)]
        self.knob = same[0] if same else None

    def _turn_knobs(self, known: list[Knob]) -> None:
        found = [knob for knob in known if self._turns(knob)]
        written = self._written()
        factors = {number for _, value in self._updates() for number in _factors(value)}
        factors |= self._handed_over()
        best = [k for k in found if abs(k.value) == written]
        best = best or [
            k for k in found if k.value not in NEUTRAL or k.value in factors or k.how != "code"
        ]
        if best:
            self.knob = min(best, key=lambda knob: knob.value)
            self.value = abs(self.knob.value)
            self.knob.sign = 1.0 if self.knob.value > 0 else -1.0  # w += -0.05 * g
            return
        self.value = written

    def _doubles(self, label: str, plain: Turn) -> bool:
        value = float(plain.before[label].ravel()[0])

        def prepare(world: World) -> None:
            places(world)[label].put(np.array(2 * value))

        return value != 0 and self._twice(prepare, None, 0.0)

    def _turns(self, knob: Knob) -> bool:
        try:
            knob.set(2 * knob.value)
            return self._twice(lambda _: None, knob, 2 * knob.value)
        finally:
            knob.reset()

    def _twice(self, prepare: Prepare, knob: Knob | None, value: float) -> bool:
        if time.monotonic() > self.end:
            return False
        try:
            moved = self.step(prepare, knob, value)
        except Exception:
            return False
        scale = np.abs(self.base).max(initial=0.0)
        return bool(scale > 0 and np.abs(moved - 2 * self.base).max() <= CLOSE * scale)

    def at(self, turn: Turn, rate: float) -> float | None:
        """In a turn whose probe asks for `rate`."""
        if self.label:
            found = turn.before.get(self.label)
            return None if found is None else float(found.ravel()[0])
        if self.knob:
            return rate
        if self.name and self.name in turn.seen.numbers:
            return float(turn.seen.numbers[self.name].ravel()[0])
        return self.value

    def _written(self) -> float | None:
        """The number that multiplies the step where weights are updated; 1 where nothing can."""
        updates = [value for target, value in self._updates() if self._is_weight(target)]
        factors = {number for value in updates for number in _factors(value)}
        if len(factors) == 1:
            return factors.pop()
        return 1.0 if updates and all(map(self._is_product, updates)) else None

    def _is_product(self, value: ast.expr) -> bool:
        """`x.T.dot(delta)`, or a name for it: a product of matrices, with no number before it."""
        if isinstance(value, ast.Name):
            made = [
                node.value for node in ast.walk(self.tree) if isinstance(node, ast.Assign)
                and any(ast.unparse(target) == value.id for target in node.targets)
            ]  # fmt: skip
            return (
                bool(made)
                and all(not isinstance(v, ast.Name) for v in made)
                and (all(map(self._is_product, made)))
            )
        if isinstance(value, ast.BinOp):
            return isinstance(value.op, ast.MatMult)
        return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)

    def before_updates(self, name: str) -> bool:
        """Every line that sets this name stands before those that update weights."""
        updates = [t.lineno for t, _ in self._updates() if self._is_weight(t)]
        last = rf"\b{last_name(name)}\b"
        lines = [
            node.lineno for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign | ast.AugAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if re.search(last, ast.unparse(target))
        ]  # fmt: skip
        return bool(lines) and bool(updates) and max(lines) < min(updates)

    def _updates(self) -> list[tuple[ast.expr, ast.expr]]:
        found: list[tuple[ast.expr, ast.expr]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
                found.append((node.target, node.value))
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
                value = node.value
                same = ast.unparse(value.left) == ast.unparse(node.targets[0])
                if isinstance(value.op, ast.Add | ast.Sub) and same:
                    found.append((node.targets[0], value.right))
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
                found.append((node.left, node.right))  # p - 0.5 * g, in a list or a call
        return found

    def _handed_over(self) -> set[float]:
        """Numbers among the arguments of the program's own functions: train(x, t, 0.5)."""
        own = {n.name for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}
        calls = (n for n in ast.walk(self.tree) if isinstance(n, ast.Call))
        handed = (
            value
            for call in calls
            if ast.unparse(call.func).rpartition(".")[2] in own
            for value in [*call.args, *(k.value for k in call.keywords)]
        )
        return {v.value for v in handed if isinstance(v, ast.Constant) and type(v.value) is float}

    def _is_weight(self, target: ast.expr) -> bool:
        text = ast.unparse(target)
        bare = re.split(r"[\[]", text)[0].rpartition(".")[2]
        return any(
            bare and re.search(rf"(^|\W){re.escape(bare)}($|\W)", label) for label in self.weights
        )

    def made_with(self, name: str, pattern: str) -> bool:
        """An assignment to this name holds the pattern."""
        if (name, pattern) not in self.known:
            self.known[name, pattern] = self._made_with(name, pattern)
        return self.known[name, pattern]

    def _made_with(self, name: str, pattern: str) -> bool:
        last = rf"\b{last_name(name)}\b"
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                named = any(re.search(last, ast.unparse(target)) for target in targets)
                if named and re.search(pattern, ast.unparse(node.value)):
                    return True
        return False


def _stays(name: str, turn: Turn) -> bool:
    """It stood there before the turn, as it is: had it been the rate, twice of it had told."""
    return any(
        last_name(label) == last_name(name)
        and label in turn.after
        and np.array_equal(value, turn.after[label])
        and np.array_equal(np.ravel(value), np.ravel(turn.seen.numbers[name]))
        for label, value in turn.before.items()
    )


def _candidates(turn: Turn, taken: Set[str]) -> list[str]:
    """Single numbers: those named like a learning rate, then those that a turn leaves alone."""
    free = {name: value for name, value in turn.before.items() if name not in taken}
    others = [
        name for name, value in free.items()
        if np.ndim(value) == 0 and np.asarray(value).dtype.kind == "f"
        and np.array_equal(value, turn.after.get(name, value), equal_nan=True)
    ]  # fmt: skip
    named = _named(turn.before, (SURE_RATE, LIKELY_RATE, PERHAPS_RATE))
    return list(dict.fromkeys([*named, *others]))


def _named(numbers: dict[str, Any], patterns: tuple[re.Pattern[str], ...]) -> list[str]:
    single = [
        name for name, value in numbers.items()
        if np.size(value) == 1 and np.asarray(value).dtype.kind in "fi"
    ]  # fmt: skip
    ranked = [[n for n in single if pattern.search(last_name(n))] for pattern in patterns]
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
