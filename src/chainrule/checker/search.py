"""Which known formulas give the learner's numbers: a search in causal order.

From the last layer down, each tensor is compared, up to one factor, with every known way to compute
it. A wrong delta spoils everything below it, and nothing above: so mistakes are found one layer
after the other, and two or three at once cost hardly more than one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from chainrule.checker.backward import (
    Delta,
    Way,
    bias_gradients,
    carried,
    deltas,
    output_deltas,
    weight_gradients,
)
from chainrule.checker.fitting import NOISE, Fit, fit, near
from chainrule.checker.forward import Forward, Pass
from chainrule.checker.observation import Call
from chainrule.checker.scale import Sizes
from chainrule.checker.tensors import Tensors
from chainrule.core.dense import Array

States = list[tuple["Account", Delta]]
WIDE = 4  # of them, with every way to compute dW and db
KEPT = 24  # understandings of a layer that are followed further down
MOST = 3  # mistakes at once


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


class Search:
    """All accounts of one call, under one forward pass."""

    def __init__(self, p: Pass, theirs: Tensors, tolerance: float, added: str = "") -> None:
        self.p, self.theirs, self.tolerance, self.added = p, theirs, tolerance, added

    def run(self, wide: bool = False) -> list[Account]:
        """wide: with every way to make the last dW out of its delta, not the right alone."""
        with np.errstate(all="ignore"):
            states = [*self._top(wide)]
            for l in range(self.p.top - 1, -1, -1):
                states = self._layer(l, states)
        return [account for account, _ in states]

    def _top(self, wide: bool) -> States:
        start = Account(self.p.way, Sizes.of(self.p.call), added=self.added)
        return self._cheapest(
            (replace(found, loss=way.loss), Delta(way.value, self.p.error))
            for way in output_deltas(self.p)
            for found in self._tensors(
                start,
                self.p.top,
                way.value,
                (Piece("output delta", self.p.top, way),),
                not wide,
                plain_biases=False,
            )
        )

    def _layer(self, l: int, states: States) -> States:
        """The states one layer further down: with the right products of d first, then with all."""
        if any(account.stuck is not None for account, _ in states):
            return states
        for plain, followed in ((True, states), (False, states[:WIDE])):
            found = self._cheapest(
                found for account, above in followed
                for found in self._below(l, account, above, plain)
            )  # fmt: skip
            if found:
                return found
        return [(replace(account, stuck=l), above) for account, above in states]

    def _below(
        self, l: int, account: Account, above: Delta, plain: bool
    ) -> Iterator[tuple[Account, Delta]]:
        silent = not any(
            numbers is not None and numbers.any() for numbers in self.theirs[l] or ()
        )  # nothing to tell ways apart by, but for those that give nothing themselves
        for passed in carried(self.p, l, above):
            da = passed.value
            if da.shape != self.p.z[l].shape:
                continue
            if silent and passed.id is not None and np.abs(da).max(initial=0.0) >= NOISE:
                continue
            for way in deltas(self.p, l, da):
                d = way.value
                ids = account.ids.union(passed.ids, way.ids)
                if silent and way.id is not None:
                    continue
                both = passed.id is not None and way.id is not None
                if d.shape != da.shape or len(ids) > MOST or (both and not plain):
                    continue
                pieces = (Piece("hidden delta", l, passed), Piece("slope", l, way))
                for found in self._tensors(account, l, d, pieces, plain):
                    yield found, Delta(d, da)

    def _tensors(
        self,
        account: Account,
        l: int,
        d: Array,
        pieces: tuple[Piece, ...],
        plain: bool = False,
        plain_biases: bool | None = None,
    ) -> Iterator[Account]:
        """The account, if dW and db of layer l follow from d in some known way."""
        theirs = self.theirs[l]
        if theirs is None:
            yield replace(account, pieces=account.pieces + pieces)
            return
        weights = self._matches(
            "weight gradient", l, weight_gradients(self.p, l, d), theirs.W, plain
        )
        if not weights:
            return
        biases: list[tuple[Piece | None, Fit | None]] = [(None, None)]
        if theirs.b is not None and self.p.b[l] is not None:
            ways = bias_gradients(self.p, l, d)
            narrow = plain if plain_biases is None else plain_biases
            biases = [*self._matches("bias gradient", l, ways, theirs.b, narrow)]
        for weight, w_fit in weights:
            for bias, b_fit in biases:
                more = (weight,) if bias is None else (weight, bias)
                fits = (*account.fits, (f"{l}.dW", w_fit))
                if b_fit is not None:
                    fits = (*fits, (f"{l}.db", b_fit))
                yield replace(account, pieces=account.pieces + pieces + more, fits=fits)

    def _matches(
        self, place: str, l: int, ways: Iterator[Way], theirs: Array, plain: bool
    ) -> list[tuple[Piece, Fit]]:
        """The ways that give these numbers. The right one alone, where it does."""
        added = _beside(self.p, l, place, self.added)
        found = []
        for way in ways:
            how = fit(way.value, theirs, added)
            if how.off <= self.tolerance:
                found.append((Piece(place, l, way), how))
                if way.id is None and theirs.size > 2 and how.factor != 0:
                    break
            if plain:
                break
        return found

    def _cheapest(self, found: Iterator[tuple[Account, Delta]]) -> States:
        """The cheapest states; of those that hand down the same numbers, the cheapest alone."""
        states = [state for state in found if len(state[0].ids) <= MOST]
        kept: dict[tuple[bytes, bytes, int, frozenset[int]], tuple[Account, Delta]] = {}
        for account, above in sorted(states, key=lambda state: state[0].cost):
            open_ids = account.ids if account.silent else frozenset()
            handed = (
                self._numbers(above.d),
                self._numbers(above.error),
                len(account.fits),
                open_ids,
            )
            kept.setdefault(handed, (account, above))
        return list(kept.values())[:KEPT]

    def _numbers(self, d: Array) -> bytes:
        """What tells deltas apart: their direction, or for a single row the numbers themselves."""
        return np.round(d, 12).tobytes() if len(d) == 1 else _direction(d)


def _beside(p: Pass, l: int, place: str, added: str) -> Array | None:
    """What may be added to a gradient: its weights, its biases, the same number everywhere."""
    weights = place == "weight gradient"
    if added == "1":
        return np.ones_like(p.W[l]) if weights else None
    return (p.W[l] if weights else p.b[l]) if added else None


def _direction(numbers: Array) -> bytes:
    """The same for numbers that are multiples of each other."""
    largest = numbers.flat[np.abs(numbers).argmax()] or 1.0
    return np.round(numbers / largest, 9).tobytes()


def accounts(
    call: Call, theirs: Tensors, way: Forward, tolerance: float, added: str = "", *, wide: bool
) -> list[Account]:
    """Every account of these numbers under one forward pass; the cheapest first."""
    with np.errstate(all="ignore"):
        p = Pass(call, way)
        if not all(np.isfinite(z).all() for z in p.z):
            return []
        return Search(p, theirs, tolerance, added).run(wide)


def again(account: Account, call: Call, theirs: Tensors) -> Account | None:
    """The same ways in another call, whatever they fit there; None where one is not to be had."""
    with np.errstate(all="ignore"):
        p = Pass(call, account.forward)
        ways = {(piece.place, piece.layer): piece.way.key for piece in account.pieces}
        fits: list[tuple[str, Fit]] = []
        above = Delta(p.error, p.error)
        for l in range(p.top, -1, -1):
            da: Array | None = p.error
            if l == p.top:
                d = _pick(output_deltas(p), ways["output delta", l])
            else:
                da = _pick(carried(p, l, above), ways["hidden delta", l])
                d = None if da is None else _pick(deltas(p, l, da), ways["slope", l])
            if d is None or da is None:
                return None
            above = Delta(d, da)
            for name, place, make in (
                ("dW", "weight gradient", weight_gradients), ("db", "bias gradient", bias_gradients)
            ):  # fmt: skip
                if (place, l) not in ways or theirs[l] is None:
                    continue
                ours = _pick(make(p, l, d), ways[place, l])
                numbers = theirs[l].W if name == "dW" else theirs[l].b  # type: ignore[union-attr]
                if ours is None or numbers is None:
                    return None
                fits.append(
                    (f"{l}.{name}", fit(ours, numbers, _beside(p, l, place, account.added)))
                )
        return replace(account, sizes=Sizes.of(call), fits=tuple(fits))


def _pick(ways: Iterator[Way], key: str) -> Array | None:
    return next((way.value for way in ways if way.key == key), None)
