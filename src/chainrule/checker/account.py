"""A way to compute the learner's numbers: which formulas, and how well they fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.checker.backward import Way
from chainrule.checker.fitting import Fit, near
from chainrule.checker.forward import Forward
from chainrule.checker.scale import Sizes


@dataclass(frozen=True)
class Piece:
    """One piece of the backward pass, as the learner computes it."""

    place: (
        str  # "output delta" | "hidden delta" (da) | "slope" | "weight gradient" | "bias gradient"
    )
    layer: int
    way: Way


@dataclass(frozen=True)
class Account:
    """A way to compute all of the learner's numbers, or those of the upper layers."""

    forward: Forward
    sizes: Sizes
    pieces: tuple[Piece, ...] = ()
    fits: tuple[tuple[str, Fit], ...] = ()  # "1.dW", how well
    loss: str = ""
    stuck: int | None = None  # the layer that no known way explains
    added: str = ""  # what may stand beside each dW: "W", a penalty; "1", a number alone

    @property
    def wrong(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.way.id is not None)

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(self.forward.ids).union(*(piece.way.ids for piece in self.wrong))

    @property
    def off(self) -> float:
        return max((found.off for _, found in self.fits), default=0.0)

    @property
    def silent(self) -> bool:
        """Numbers that are 0 in every way tell no ways apart; other layers will."""
        return any(np.isnan(found.factor) for _, found in self.fits)

    @property
    def factors(self) -> dict[str, float]:
        return {name: found.factor for name, found in self.fits if not np.isnan(found.factor)}

    def same_factors(self, other: Account) -> bool:
        """The factors of a call with as many rows are the same, relative to each other.

        A factor that changes from call to call hides what the formula does not say.
        """
        mine, theirs = self._relative(), other._relative()
        return all(near(mine[name], theirs[name], 1e-3) for name in mine if name in theirs)

    def _relative(self) -> dict[str, float]:
        first = next((f for f in self.factors.values() if f), 1.0)
        return {name: float(f / first) for name, f in self.factors.items() if f}

    @property
    def cost(self) -> tuple[float, ...]:
        """Fewer mistakes first, where a factor that stands alone counts as one, and a strange
        factor as three."""
        strange = sum(2 for ratio in self.ratios if self.sizes.name(ratio) is None)
        silent = any(factor == 0 for factor in self.factors.values())
        cost = len(self.ids) + len(self.ratios) + strange + 1.5 * silent
        return cost, len(self.wrong), self.off > 1e-9

    @property
    def ratios(self) -> set[float]:
        """The factors that differ from the first one, as multiples of it."""
        products = max((piece.layer for piece in self.wrong if piece.way.id == 40), default=-1)
        found = [f for n, f in self.factors.items() if f and int(n.split(".")[0]) > products]
        return {round(float(f / found[0]), 5) for f in found} - {1.0}
