"""Functions of one number, the larger of two, and choices."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chainrule.trace.expression import Expr, Found, Where, expr, rounded, unit


class Function(NamedTuple):
    """A function of one number: `steepest` bounds its slope between x − off and x + off."""

    name: str
    of: Callable[[Any], Any]
    steepest: Callable[[Any, Any], Any]
    units: int = 8  # two calls, each 4 units good; 0 where every machine rounds rightly


@dataclass(frozen=True, eq=False)
class Call(Expr):
    function: Function
    x: Expr

    def found(self) -> Found:
        x, off = self.x.found()
        value = self.function.of(x)
        moved = np.where(off > 0, off * self.function.steepest(x, off), 0.0)
        own = self.function.units * unit(value) * np.abs(value)
        return Found(value, own + moved) if self.function.units else rounded(value, moved)

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.x,)

    def at(self, where: Where) -> Expr:
        return Call(self.function, self.x.at(where))


@dataclass(frozen=True, eq=False)
class Greatest(Expr):
    """The larger of two numbers; or, of one formula with a letter, the largest of all."""

    items: tuple[Expr, ...]

    def found(self) -> Found:
        found = [item.found() for item in self.items]
        if len(found) == 1:
            return Found(found[0].value.max(), np.max(found[0].off))
        return Found(np.maximum(found[0].value, found[1].value), found[0].off + found[1].off)

    @property
    def inside(self) -> tuple[Expr, ...]:
        return self.items

    def at(self, where: Where) -> Expr:
        return Greatest(tuple(item.at(where) for item in self.items))


@dataclass(frozen=True, eq=False)
class Choice(Expr):
    """`yes` where left > right (or left = right), else `no`. Both sides are exact."""

    left: Expr
    sign: str  # > =
    right: Expr
    yes: Expr
    no: Expr

    @property
    def holds(self) -> Any:
        x, y = self.left.found().value, self.right.found().value
        return x > y if self.sign == ">" else x == y

    def found(self) -> Found:
        holds, yes, no = self.holds, self.yes.found(), self.no.found()
        if np.ndim(holds) == 0:
            return yes if holds else no
        kind = np.result_type(self.left.found().value, yes.value, no.value)
        value = np.where(holds, yes.value, no.value).astype(kind)
        return Found(value, np.where(holds, yes.off, no.off))

    @property
    def inside(self) -> tuple[Expr, ...]:
        return self.left, self.right, self.yes, self.no

    def at(self, where: Where) -> Expr:
        parts = (self.left, self.right, self.yes, self.no)
        left, right, yes, no = (part.at(where) for part in parts)
        return Choice(left, self.sign, right, yes, no)


def _cut_of_erfc(x: Any, off: Any) -> Any:
    """Between x − off and x + off the slope of erfc is the steepest where |x| is smallest."""
    nearest = np.maximum(np.abs(x) - off, 0)
    return 2 / math.sqrt(math.pi) * np.exp(-nearest * nearest)


def _erfc(x: Any) -> Any:
    """The standard library's, for ours is what is held to it."""
    found = np.vectorize(math.erfc, otypes=[np.float64])(x)
    return found.astype(np.asarray(x).dtype)[()]


EXP = Function("exp", np.exp, lambda x, off: np.exp(x + off))
LOG = Function("ln", np.log, lambda x, off: 1 / np.maximum(x - off, 0))
LOG1P = Function("ln1p", np.log1p, lambda x, off: 1 / np.maximum(1 + x - off, 0))
EXPM1 = Function("expm1", np.expm1, lambda x, off: np.exp(x + off))
ERFC = Function("erfc", _erfc, _cut_of_erfc, units=24)  # ours is within 10 units of the last place
COS = Function("cos", math.cos, lambda x, off: 1.0)
FLOOR = Function("floor", math.floor, lambda x, off: 0.0, units=0)
TANH = Function("tanh", np.tanh, lambda x, off: 1.0)
SQRT = Function("√", np.sqrt, lambda x, off: 0.5 / np.sqrt(np.maximum(x - off, 0)), units=0)


def exp(x: Any) -> Expr:
    return Call(EXP, expr(x))


def log(x: Any) -> Expr:
    return Call(LOG, expr(x))


def log1p(x: Any) -> Expr:
    return Call(LOG1P, expr(x))


def expm1(x: Any) -> Expr:
    return Call(EXPM1, expr(x))


def erfc(x: Any) -> Expr:
    return Call(ERFC, expr(x))


def cos(x: Any) -> Expr:
    return Call(COS, expr(x))


def floor(x: Any) -> Expr:
    return Call(FLOOR, expr(x))


def tanh(x: Any) -> Expr:
    return Call(TANH, expr(x))


def sqrt(x: Any) -> Expr:
    return Call(SQRT, expr(x))


def maximum(x: Any, y: Any) -> Expr:
    return Greatest((expr(x), expr(y)))
