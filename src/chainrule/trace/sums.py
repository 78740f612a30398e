"""Sums, and formulas that are shown otherwise than as a whole: by a name, or in textbook form."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.dense import Array
from chainrule.trace.expression import Expr, Found, Leaf, Where, unit


class Share(NamedTuple):
    """One term of a sum that is shown."""

    term: Expr
    value: float


@dataclass(frozen=True, eq=False)
class Sum(Expr):
    """Σ over all places of its letters. Of many terms the largest are shown, and what is left."""

    letters: tuple[str, ...]
    body: Expr
    most: int = 8  # terms shown
    only: int | None = None  # the one place of the first letter to show: one sample's share

    def found(self) -> Found:
        terms, off = self.body.found()
        terms, k = np.atleast_1d(terms), np.size(terms)
        u, tiny = unit(terms), float(np.finfo(np.asarray(terms).dtype).smallest_subnormal)
        size = float(np.abs(terms).sum(dtype=np.float64))
        bound = (k + 4) * u / (1 - (k + 4) * u) * size + k * tiny  # γ, and products that vanish
        lost = np.sum(off) if np.ndim(off) else off * k
        return Found(terms.dtype.type(exact_sum(terms)), bound + lost if k > 1 else lost)

    @cached_property
    def shares(self) -> tuple[tuple[Share, ...], tuple[int, float] | None]:
        """The terms shown, and how many are left with their sum."""
        terms = np.atleast_1d(self.body.found().value)
        order = np.arange(terms.size)
        if self.only is not None:
            order = order.reshape(terms.shape)[self.only].reshape(-1)
        if order.size > self.most:
            sizes = np.abs(terms.reshape(-1)[order])
            order = order[np.argsort(-sizes, kind="stable")[: self.most]]
        places = np.transpose(np.unravel_index(order, terms.shape)).tolist()
        shown = tuple(
            Share(self.body.at(dict(zip(self.letters, place, strict=True))), terms[tuple(place)])
            for place in places
        )
        left = terms.size - len(shown)
        rest = np.delete(terms.reshape(-1), order)
        return shown, ((left, exact_sum(rest)) if left else None)

    @property
    def inside(self) -> tuple[Expr, ...]:
        return tuple(share.term for share in self.shares[0])

    def at(self, where: Where) -> Expr:
        return replace(self, body=self.body.at(where))


def exact_sum(terms: Array) -> float:
    """Rounded once."""
    if not np.isfinite(terms).all():
        return float(terms.sum())
    return math.fsum(terms.reshape(-1).tolist())


@dataclass(frozen=True, eq=False)
class Named(Expr):
    """A number on the way that has a name, but no address: m̂, or the memory after the step."""

    symbol: str
    body: Expr
    recorded: Any = None  # where the record holds it, it is compared

    def found(self) -> Found:
        return self.body.found()

    def at(self, where: Where) -> Expr:
        return replace(self, body=self.body.at(where))


@dataclass(frozen=True, eq=False)
class Stable(Expr):
    """A formula as people write it, and the same computed so that nothing overflows."""

    shown: Expr
    computed: Expr

    def found(self) -> Found:
        return self.computed.found()

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.shown,)

    def at(self, where: Where) -> Expr:
        return Stable(self.shown.at(where), self.computed.at(where))


def leaves(formula: Expr) -> Iterator[Leaf]:
    """All numbers with a name in what is shown, those inside Named ones too."""
    if isinstance(formula, Leaf):
        yield formula
    inside = (formula.body,) if isinstance(formula, Named) else formula.inside
    for part in inside:
        yield from leaves(part)
