"""Reads the formulas that stand in the rows and docstrings, so that tests can evaluate them.

    evaluate("−y log a − (1 − y) log(1 − a)", {"y": y, "a": a})

Σ and functions without brackets take what stands to their right as far as the next + − or /.
`x where x > 0, else 0` is a choice, |x| a size.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

NAME = r"[A-Za-zθπ][A-Za-z0-9_]*\u0302?′?"  # \u0302 is the hat of m̂
INDEX = r"[ⱼₖₙᵢ]"
TOKEN = re.compile(rf"\s*(\d+(?:\.\d+)?|{NAME}|{INDEX}|\S)")
DEFINITION = re.compile(rf"({NAME}){INDEX}?\s*[=←]\s*(.+)")
CUT = re.compile(rf"\n|\s\s+|: |\. | as |,\s+(?={NAME}{INDEX}? [=←])")
CHOICE = re.compile(r"(.+?) where (.+?) ([>≤<≥]) (.+?), else (.+)")
SIZE = re.compile(r"\|([^|]+)\|")
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ">": np.greater, "<": np.less, "≥": np.greater_equal, "≤": np.less_equal,
}  # fmt: skip
STOPS = {None, "+", "−", "/", ")", "]", ","}

FUNCTIONS: dict[str, Any] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "max": np.maximum,
    "min": np.minimum,
    "size": np.abs,
    "cos": np.cos,
    "floor": np.floor,
    "erfc": np.vectorize(math.erfc, otypes=[np.longdouble]),
    "π": np.longdouble(np.pi) + np.longdouble("1.2246467991473532e-16"),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}
SUMS: dict[str, Callable[[Any], Any]] = {
    "": np.sum,
    "ₙ": lambda v: v.sum(axis=0),
    "ₖ": lambda v: v.sum(axis=1, keepdims=True),
    "ⱼ": lambda v: v.sum(axis=1, keepdims=True),
}


def pieces(text: str) -> list[str]:
    """A docstring cut where formulas end: at line ends, wide gaps, colons and full stops."""
    return [piece.strip() for piece in CUT.split(text) if piece.strip()]


def definitions(text: str) -> list[tuple[str, str]]:
    """("dx", "dz Wᵀ"), ... for every `name = formula` and `name ← formula`, in order."""
    found = [DEFINITION.fullmatch(piece) for piece in pieces(text)]
    return [(match[1], match[2]) for match in found if match]


def settle(text: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Every value that a text defines. In its own formula a name stands for its old value."""
    formulas = dict(definitions(text))
    values: dict[str, Any] = {}

    class Names(dict[str, Any]):
        def __missing__(self, name: str) -> Any:
            if name not in values:
                values[name] = find(name)
            return values[name]

    def find(name: str) -> Any:
        if name not in formulas:
            raise KeyError(f"{name} is not defined in {text!r}")
        known = {k: v for k, v in names.items() if k == name or k not in formulas}
        return evaluate(formulas[name], Names(known))

    return {name: Names()[name] for name in formulas}


def evaluate(formula: str, names: Mapping[str, Any], multiply: Any = np.multiply) -> Any:
    """The value of a formula. `multiply` is what standing side by side means."""
    if choice := CHOICE.fullmatch(formula):
        yes, left, sign, right, no = (
            part if part in COMPARE else evaluate(part, names, multiply) for part in choice.groups()
        )
        return np.where(COMPARE[sign](left, right), yes, no)
    formula = SIZE.sub(r"size(\1)", formula)
    reader = _Reader(TOKEN.findall(formula), names, multiply)
    value = reader.sum()
    assert reader.next() is None, f"{reader.next()!r} was left over in {formula!r}"
    return value


class _Reader:
    def __init__(self, tokens: list[str], names: Mapping[str, Any], multiply: Any) -> None:
        self.tokens, self.names, self.multiply = tokens, names, multiply

    def next(self) -> str | None:
        return self.tokens[0] if self.tokens else None

    def take(self, *wanted: str) -> str | None:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else None

    def sum(self) -> Any:
        total = -self.quotient() if self.take("−") else self.quotient()
        while sign := self.take("+", "−"):
            total = total + self.quotient() if sign == "+" else total - self.quotient()
        return total

    def quotient(self) -> Any:
        value = self.product()
        while self.take("/"):
            value = value / self.product()
        return value

    def product(self) -> Any:
        value = self.factor()
        while self.next() not in STOPS:
            multiply = np.multiply if self.take("·") else self.multiply
            value = multiply(value, self.factor())
        return value

    def factor(self) -> Any:
        value = self.atom()
        while mark := self.take("²", "³", "ᵀ", "ᵗ", "^", "[", "ⱼ", "ₖ"):
            if mark in "²³":
                value = value ** (2 if mark == "²" else 3)
            elif mark == "^":
                value = value ** self.atom()
            elif mark == "ᵀ":
                value = value.T
            elif mark == "ᵗ":
                value = value ** self.names["t"]
            elif mark == "[":
                value = value[np.arange(len(value)), self.sum()]
                assert self.take("]")
        return value

    def atom(self) -> Any:
        if self.take("("):
            value = self.sum()
            assert self.take(")")
            return value
        token = self.tokens.pop(0)
        if token == "Σ":
            return SUMS[self.take("ₙ", "ₖ", "ⱼ") or ""](self.product())
        if token == "√":
            return np.sqrt(self.factor())
        if token == "½":
            return 0.5
        if token[0].isdigit():
            return float(token) if "." in token else int(token)
        value = FUNCTIONS[token] if token in FUNCTIONS else self.names[token]
        return value(*self.arguments()) if callable(value) else value

    def arguments(self) -> list[Any]:
        if not self.take("("):
            return [self.factor()]
        found = [self.sum()]
        while self.take(","):
            found.append(self.sum())
        assert self.take(")")
        return found
