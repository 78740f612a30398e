"""Formulas as trees: what is shown to people is the very thing that is evaluated.

Each evaluation also says how far rounding may have moved it. `off` is 0 as long as the formula
does the same + − · / √ and comparisons in the same order as the core: then the bits agree. It
grows by γ_k Σ|terms| at a sum of k terms, for the core may have added them in another order, and
by 8 u |f| at a function of the machine's library, each of two calls of which may be 4 units off
(u is half a unit in the last place; Higham 2002, chapter 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

Index = tuple[int | str, ...]  # a letter stands for each place of its axis
Where = Mapping[str, int]


class Found(NamedTuple):
    value: Any  # a number of the network's dtype, or an array of them where a letter is free
    off: Any  # the most it may differ from what the core computed


class Quantity(NamedTuple):
    """One named number: ("1.W", (3, 0)), or with letters for places: ("1.W", ("i", 0))."""

    name: str
    place: Index = ()

    @property
    def address(self) -> str:
        return f"{self.name}[{','.join(map(str, self.place))}]" if self.place else self.name


class Expr:
    """A formula. + − · / and ** between formulas and numbers make formulas."""

    def found(self) -> Found:
        raise NotImplementedError

    @property
    def inside(self) -> tuple[Expr, ...]:
        """The formulas that it is made of, as people see it."""
        return ()

    def at(self, where: Where) -> Expr:
        """The same with places put in for letters."""
        return self

    def __add__(self, other: Any) -> Expr:
        return Operation("+", self, expr(other))

    def __radd__(self, other: Any) -> Expr:
        return Operation("+", expr(other), self)

    def __sub__(self, other: Any) -> Expr:
        return Operation("−", self, expr(other))

    def __rsub__(self, other: Any) -> Expr:
        return Operation("−", expr(other), self)

    def __mul__(self, other: Any) -> Expr:
        return Operation("·", self, expr(other))

    def __rmul__(self, other: Any) -> Expr:
        return Operation("·", expr(other), self)

    def __truediv__(self, other: Any) -> Expr:
        return Operation("/", self, expr(other))

    def __rtruediv__(self, other: Any) -> Expr:
        return Operation("/", expr(other), self)

    def __pow__(self, other: Any) -> Expr:
        return Power(self, expr(other))

    def __neg__(self) -> Expr:
        return Negative(self)


def expr(value: Any) -> Expr:
    return value if isinstance(value, Expr) else Number(value)


def unit(value: Any) -> float:
    """Half a unit in the last place, relative: u."""
    dtype = np.asarray(value).dtype
    return float(np.finfo(dtype).eps) / 2 if dtype.kind == "f" else 2.0**-53


def rounded(value: Any, off: Any) -> Found:
    """After one operation: if what went in differs, each side rounds for itself."""
    return Found(value, np.where(off > 0, off + 2 * unit(value) * np.abs(value), 0.0))


@dataclass(frozen=True, eq=False)
class Number(Expr):
    """A number of the formula itself, like the 2 of x²."""

    value: Any

    def found(self) -> Found:
        return Found(self.value, 0.0)


@dataclass(frozen=True, eq=False)
class Leaf(Expr):
    """A number with a name, as the record or the settings have it."""

    quantity: Quantity
    value: Any  # an axis for each letter among the index, in order
    is_setting: bool = False  # of the optimiser, the batch, ...: it has no address
    off: Any = 0.0  # of a slope, which no record holds

    def found(self) -> Found:
        return Found(self.value, self.off)

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(i for i in self.quantity.place if isinstance(i, str))

    def at(self, where: Where) -> Expr:
        if not set(where) & set(self.letters):
            return self
        index = tuple(where.get(i, i) if isinstance(i, str) else i for i in self.quantity.place)
        value = self.value[tuple(where.get(letter, slice(None)) for letter in self.letters)]
        return replace(self, quantity=Quantity(self.quantity.name, index), value=value)


@dataclass(frozen=True, eq=False)
class Operation(Expr):
    sign: str  # + − · /
    left: Expr
    right: Expr

    def found(self) -> Found:
        (x, off_x), (y, off_y) = self.left.found(), self.right.found()
        if self.sign == "+":
            return rounded(x + y, off_x + off_y)
        if self.sign == "−":
            return rounded(x - y, off_x + off_y)
        if self.sign == "·":
            return rounded(x * y, np.abs(x) * off_y + np.abs(y) * off_x + off_x * off_y)
        q = x / y  # NumPy's own numbers may be divided by 0; Python's are settings and counts
        return rounded(q, (off_x + np.abs(q) * off_y) / np.maximum(np.abs(y) - off_y, 0))

    @property
    def inside(self) -> tuple[Expr, ...]:
        return self.left, self.right

    def at(self, where: Where) -> Expr:
        return Operation(self.sign, self.left.at(where), self.right.at(where))


@dataclass(frozen=True, eq=False)
class Negative(Expr):
    x: Expr

    def found(self) -> Found:
        x, off = self.x.found()
        return Found(-x, off)

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.x,)

    def at(self, where: Where) -> Expr:
        return Negative(self.x.at(where))


@dataclass(frozen=True, eq=False)
class Power(Expr):
    """A square, or a setting to the power of a whole number."""

    base: Expr
    exponent: Expr

    def found(self) -> Found:
        x, e = self.base, self.exponent
        if isinstance(e, Number) and e.value == 2:
            return (x * x).found()
        return Found(x.found().value ** e.found().value, 0.0)

    @property
    def inside(self) -> tuple[Expr, ...]:
        return self.base, self.exponent

    def at(self, where: Where) -> Expr:
        return Power(self.base.at(where), self.exponent.at(where))
