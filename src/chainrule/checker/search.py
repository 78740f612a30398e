"""Which known formulas give the learner's numbers: a search in causal order.

From the last layer down, each tensor is compared, up to one factor, with every known way to compute
it. A wrong delta spoils everything below it, and nothing above: so mistakes are found one layer
after the other, and two or three at once cost hardly more than one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from chainrule.checker.account import Account, Piece
from chainrule.checker.backward import (
    Delta,
    Way,
    bias_gradients,
    carried,
    deltas,
    output_deltas,
    weight_gradients,
)
from chainrule.checker.fitting import NOISE, Fit, fit, sieve
from chainrule.checker.forward import Forward, Pass
from chainrule.checker.observation import Call
from chainrule.checker.scale import Sizes
from chainrule.checker.tensors import Tensors
from chainrule.core.dense import Array

States = list[tuple[Account, Delta]]
WIDE = 4  # of them, with every way to compute dW and db
KEPT = 24  # understandings of a layer that are followed further down
MOST = 3  # mistakes at once


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
            for way in self._possible([*output_deltas(self.p)], wide)
            for found in self._tensors(
                start,
                self.p.top,
                way.value,
                (Piece("output delta", self.p.top, way),),
                not wide,
                plain_biases=False,
            )
        )

    def _possible(self, ways: list[Way], wide: bool) -> list[Way]:
        """Those whose dW = aᵀ d may be the learner's: looked at all at once."""
        theirs, x = self.theirs[self.p.top], self.p.inp[self.p.top]
        shape = (len(x), self.p.W[-1].shape[1])
        if wide or theirs is None or any(way.value.shape != shape for way in ways):
            return ways
        added = _beside(self.p, self.p.top, "weight gradient", self.added)
        products = x.T @ np.stack([way.value for way in ways])
        made = [way._replace(value=dW) for way, dW in zip(ways, products, strict=True)]
        near = {way.key for way in self._near(made, theirs.W, added)}
        return [way for way in ways if way.key in near]

    def _near(self, ways: Iterable[Way], theirs: Array, added: Array | None) -> list[Way]:
        """Those that may give these numbers."""
        alike = [way for way in ways if way.value.shape == theirs.shape]
        if not alike:
            return []
        may = sieve(np.stack([way.value for way in alike]), theirs, added, self.tolerance)
        return [way for way, fits in zip(alike, may, strict=True) if fits]

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
        for way in itertools.islice(ways, 1) if plain else self._near(ways, theirs, added):
            how = fit(way.value, theirs, added)
            if how.off <= self.tolerance:
                found.append((Piece(place, l, way), how))
                if way.id is None and theirs.size > 2 and how.factor != 0:
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
