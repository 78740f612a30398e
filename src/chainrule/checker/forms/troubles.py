"""What went wrong in the tries: crashes of the learner's own, and calls that don't come back."""

from __future__ import annotations

import ast
from types import TracebackType
from typing import NamedTuple

from chainrule.checker.forms.calling import Unbound
from chainrule.checker.forms.limit import CALL, Slow
from chainrule.checker.forms.program import Action, Program
from chainrule.checker.forms.ways import Way

SHAPES = (ValueError, IndexError, TypeError, KeyError, AttributeError)


class Trouble(NamedTuple):
    """A try that raised something in the learner's own lines."""

    way: Way
    error: Exception
    stage: int  # which action of the plan
    line: int  # the one of the action itself, not of what it calls

    @property
    def action(self) -> Action:
        return self.way.plan[self.stage]


class Troubles:
    """All of them, in the order of the tries."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._found: list[Trouble] = []

    def add(self, way: Way, error: Exception | None) -> None:
        stage = min(max(stage_of(error), 0), len(way.plan) - 1) if error is not None else 0
        lines = self._lines(error.__traceback__) if error is not None else []
        if error is not None and lines and not isinstance(error, Unbound):
            self._found.append(Trouble(way, error, stage, lines[0]))

    def _lines(self, at: TracebackType | None) -> list[int]:
        found = []
        while at is not None:
            if at.tb_frame.f_globals is self._program.namespace:
                found.append(at.tb_lineno)
            at = at.tb_next
        return found

    def endless(self) -> Exception | None:
        """The first call that did not come back."""
        for trouble in self._found:
            if isinstance(trouble.error, Slow):
                text = f"{trouble.way.entry} does not return (it was stopped after {CALL:g} s)"
                return TimeoutError(text).with_traceback(trouble.error.__traceback__)
        return None

    def crash(self) -> Trouble | None:
        """A name that is nowhere defined: it goes wrong whatever is handed over."""
        return next((t for t in self._found if self._of_a_name(t.error)), None)

    def furthest(self) -> Trouble | None:
        """Of what may be a matter of the form of data: the try that came furthest."""
        found = [t for t in self._found if isinstance(t.error, SHAPES) and t.way.own]
        return max(found, key=lambda t: (t.stage, t.line), default=None)

    def _of_a_name(self, error: Exception) -> bool:
        if isinstance(error, UnboundLocalError):
            return True
        if isinstance(error, AttributeError):  # np.dots, self.actvation
            return _is_module(error.obj) or self._is_ours(error)
        return isinstance(error, NameError) and error.name not in _set_outside(self._program.tree)

    def _is_ours(self, error: AttributeError) -> bool:
        """An attribute of an object of the program's that nothing in the file ever sets."""
        own = type(error.obj) in self._program.classes().values()
        names = {n.attr for n in ast.walk(self._program.tree)
                 if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}  # fmt: skip
        dynamic = self._program.smells_of(r"setattr|__dict__|__getattr__|__slots__")
        return own and error.name not in names and not dynamic


def stage_of(error: Exception) -> int:
    """Which action of the plan was reached: -1, its arguments are not known."""
    return -1 if isinstance(error, Unbound) else getattr(error, "stage", 0)


def _is_module(value: object) -> bool:
    return type(value).__name__ == "module"


def _set_outside(tree: ast.Module) -> set[str]:
    """Names that get a value at the top of the file, whatever stands around; or by `global`."""
    found: set[str] = set()
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    left: list[ast.AST] = [tree]
    while left:
        for part in ast.iter_child_nodes(left.pop()):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                found.add(part.id)
            elif isinstance(part, ast.alias):
                found.add((part.asname or part.name).partition(".")[0])
            if isinstance(part, inner):
                found.add(getattr(part, "name", ""))
            else:
                left.append(part)
    for part in ast.walk(tree):
        found.update(part.names if isinstance(part, ast.Global) else ())
    return found
