"""Errors with four parts: what was called, what it needs, what it got, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ChainruleError(Exception):
    """The base of every error raised on purpose. Its text is whole without a traceback."""

    def __init__(self, called: str, needs: str, got: str, do: str) -> None:
        end = "" if got.endswith((".", "?", "!")) else "."
        super().__init__(f"{called}: needs {needs}, got {got}{end} {do}")
        self.called, self.needs, self.got, self.do = called, needs, got, do

    def to_json(self) -> dict[str, str]:
        return {"called": self.called, "needs": self.needs, "got": self.got, "do": self.do}

    def __reduce__(self) -> tuple[type, tuple[str, str, str, str]]:
        return type(self), (self.called, self.needs, self.got, self.do)


class UsageError(ChainruleError, ValueError):
    """What was handed over can't be used: a wrong shape, name, number or file (exit code 2)."""


class TaskError(ChainruleError, RuntimeError):
    """The call was right, but the work could not be done to its end (exit code 1)."""


class Disagreement(ChainruleError, ArithmeticError):
    """Two ways to one number differ by more than rounding allows (exit code 1)."""


def unknown(called: str, kind: str, name: object, known: Iterable[str]) -> UsageError:
    """An unknown name, answered with the nearest known one and the whole list."""
    names = sorted(known)
    near = difflib.get_close_matches(str(name).lower(), names, n=1, cutoff=0.5)
    guess = f"Did you mean {near[0]}? " if near else ""
    return UsageError(
        called, f"the name of a known {kind}", repr(name), f"{guess}Known: {', '.join(names)}."
    )
