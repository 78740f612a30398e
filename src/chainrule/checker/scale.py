"""Factors between the learner's numbers and ours: which of them have a name."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from chainrule.checker.fitting import near
from chainrule.checker.observation import Call


class Factor(NamedTuple):
    """sign · m^rows · k^outputs · 2^twos · (rows in all)^all"""

    sign: int = 1
    rows: int = 0
    outputs: int = 0
    twos: int = 0
    all: int = 0

    @property
    def complexity(self) -> int:
        powers = 2 * abs(self.rows) + 2 * abs(self.twos) + 3 * abs(self.outputs) + 3 * abs(self.all)
        return powers + (self.sign < 0)

    def __str__(self) -> str:
        raised = {1: "", 2: "²", 3: "³"}
        above = [s + raised[p] for s, p in self._powers() if p > 0]
        below = [s + raised[-p] for s, p in self._powers() if p < 0]
        text = " ".join(above) or "1"
        if below:
            text += f"/{below[0]}" if len(below) == 1 else f"/({' '.join(below)})"
        return f"−{text}" if self.sign < 0 else text

    def _powers(self) -> list[tuple[str, int]]:
        twos = "2" if abs(self.twos) == 1 else "4"
        return [
            (twos, (self.twos > 0) - (self.twos < 0)),
            ("m", self.rows),
            ("k", self.outputs),
            ("N", self.all),
        ]


class Sizes(NamedTuple):
    """The whole numbers that factors are made of."""

    rows: int
    outputs: int
    all: int

    @classmethod
    def of(cls, call: Call) -> Sizes:
        m = len(call.x)
        return cls(m, call.y.shape[1], call.rows_in_all or m)

    def value(self, factor: Factor) -> float:
        m, k, n = Fraction(self.rows), Fraction(self.outputs), Fraction(self.all)
        whole = m**factor.rows * k**factor.outputs * n**factor.all * Fraction(2) ** factor.twos
        return float(factor.sign * whole)

    def name(self, number: float) -> Factor | None:
        """The simplest product that is this number."""
        return next((f for f in self.names(number)), None)

    def names(self, number: float) -> list[Factor]:
        """All products that are this number, the simplest first."""
        return [factor for factor, value in _values(self) if near(value, number)]

    def _has(self, factor: Factor) -> bool:
        """Leave out powers of sizes that are 1, and of N where it is m."""
        return not (
            (self.rows == 1 and factor.rows)
            or (self.outputs == 1 and factor.outputs)
            or (self.all == self.rows and factor.all)
        )


@lru_cache(maxsize=64)
def _values(sizes: Sizes) -> list[tuple[Factor, float]]:
    """Every factor that these sizes have, and what it is."""
    return [(factor, sizes.value(factor)) for factor in FACTORS if sizes._has(factor)]


FACTORS = sorted(
    (
        Factor(*powers)
        for powers in product(
            (1, -1), (-3, -2, -1, 0, 1, 2), (-1, 0, 1), (-2, -1, 0, 1, 2), (-1, 0, 1)
        )
    ),
    key=lambda factor: factor.complexity,
)
