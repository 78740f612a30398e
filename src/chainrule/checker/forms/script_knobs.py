"""Numbers written in a program's code, as knobs: what happens if this one were twice as large?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

MOST = 80


@dataclass
class Knob:
    """A float in the code or the defaults of a function, or in the turn itself (holder None)."""

    holder: Any  # a function or a class
    how: str  # "code" | "default" | "keyword" | "attribute"
    way: tuple[Any, ...]  # indices into co_consts, through nested code; or which default
    value: float
    original: Any
    sign: float = 1.0  # of the number, where the rate is written with a minus

    def set(self, value: float) -> None:
        """Turn it; `reset` turns it back."""
        value = self.sign * value
        if self.how == "attribute":
            setattr(self.holder, self.way[0], value)
        elif self.how == "code" and self.holder is not None:
            self.holder.__code__ = replaced(self.original, self.way, value)
        elif self.how == "default" and self.holder is not None:
            parts = list(self.original)
            parts[self.way[0]] = value
            self.holder.__defaults__ = tuple(parts)
        elif self.holder is not None:
            self.holder.__kwdefaults__ = {**self.original, self.way[0]: value}

    def reset(self) -> None:
        if self.holder is None:
            return
        attribute = {
            "attribute": self.way[0],
            "code": "__code__",
            "default": "__defaults__",
            "keyword": "__kwdefaults__",
        }
        setattr(self.holder, attribute[self.how], self.original)

    def code(self, turn: CodeType, value: float) -> CodeType:
        """The turn's code with the knob turned."""
        return replaced(turn, self.way, self.sign * value) if self.holder is None else turn


def replaced(code: CodeType, way: tuple[int, ...], value: float) -> CodeType:
    constants = list(code.co_consts)
    at = way[0]
    constants[at] = value if len(way) == 1 else replaced(constants[at], way[1:], value)
    return code.replace(co_consts=tuple(constants))


def knobs(module: dict[str, Any], local: dict[str, Any], turn: CodeType, path: str) -> list[Knob]:
    """Every float that the turn and the program's functions hold."""
    found = [Knob(None, "code", way, value, turn) for way, value in _floats(turn)]
    for function in _functions([*module.values(), *local.values()], path):
        found += [
            Knob(function, "code", way, value, function.__code__)
            for way, value in _floats(function.__code__)
        ]
        for at, value in enumerate(function.__defaults__ or ()):
            if isinstance(value, float):
                found.append(Knob(function, "default", (at,), value, function.__defaults__))
        for name, value in (function.__kwdefaults__ or {}).items():
            if isinstance(value, float):
                found.append(Knob(function, "keyword", (name,), value, function.__kwdefaults__))
    for each in module.values():
        if isinstance(each, type):
            for name, value in vars(each).items():
                if isinstance(value, float):
                    found.append(Knob(each, "attribute", (name,), value, value))
    return found[:MOST]


def _functions(values: list[Any], path: str) -> Iterator[FunctionType]:
    for value in values:
        if isinstance(value, FunctionType) and value.__code__.co_filename == path:
            yield value
        elif isinstance(value, type):
            own = [getattr(each, "__func__", each) for each in vars(value).values()]
            yield from (
                f for f in own if isinstance(f, FunctionType) and f.__code__.co_filename == path
            )


def _floats(code: CodeType) -> Iterator[tuple[tuple[int, ...], float]]:
    for at, value in enumerate(code.co_consts):
        if isinstance(value, float) and value != 0.0:
            yield (at,), value
        elif isinstance(value, CodeType):
            yield from (((at, *way), inner) for way, inner in _floats(value))
