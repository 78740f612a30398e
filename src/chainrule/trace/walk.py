"""From one number back to the data: every value looked up, every formula evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from chainrule.core.errors import Disagreement, UsageError
from chainrule.records import StepRecord
from chainrule.trace.address import Asked, parse
from chainrule.trace.expression import Expr, Leaf, Quantity
from chainrule.trace.formulas import Formulas
from chainrule.trace.lookup import OF_A_ROW, Lookup, position_of, split
from chainrule.trace.missing import why_missing
from chainrule.trace.node import Node
from chainrule.trace.styles import Text
from chainrule.trace.sums import Named, Sum, leaves
from chainrule.trace.symbols import Symbols, digits
from chainrule.trace.typeset import Writer
from chainrule.trace.words import says

MOST = 8  # terms of a sum, and places of a `:`, that are shown


def explain(
    made: StepRecord,
    address: str,
    *,
    sample: int | None = None,
    names: Mapping[str, str] | None = None,
    most: int = MOST,
) -> Node:
    """Where the number at `address` comes from: a tree of formulas down to the data.

    Every number on the way is looked up in the record, and its formula is evaluated and held to
    it: to the last bit for + − · / √ and comparisons, within the γ bound of its own sum and 8
    units of exp, log and tanh otherwise. `Disagreement` is raised where the two differ.

    sample   a row number of the training part: of the sums over the batch this row's share is
             shown, and the rest as one number; `1.z[2]` is then that row's
    names    a source's own names, as `Data.names` has them: {"w5": "1.W[0,0]"}
    most     so many terms of a long sum are shown, the largest
    """
    return Trace(made, sample=sample, names=names, most=most).node(address)


class Trace:
    """Explanations of one step. A number that several of them need is explained once.

    writes: whether nodes have their formulas as text, too; who typesets them needs none.
    whole: whether a number is explained, and held to the record, down to the data at once; else
    only as far as its parts are looked at.
    """

    def __init__(
        self, made: StepRecord, *, sample: int | None = None,
        names: Mapping[str, str] | None = None, most: int = MOST, writes: bool = True,
        whole: bool = True,
    ) -> None:  # fmt: skip
        self.made, self.names, self.most = made, dict(names or {}), most
        self.writes, self.whole = writes, whole
        self.sample = sample
        self.position = None if sample is None else position_of(made, sample)
        self.at = Lookup(made)
        self.formula = Formulas(self.at, most, self.position)
        self.symbols = Symbols(names)
        self.writer = Writer(Text(self.symbols))
        self.done: dict[Quantity, Node] = {}
        self.on_the_way: dict[tuple[str, str], Node] = {}
        self.shapes = {name: np.shape(value) for name, value in self.at.values.items()}

    def node(self, address: str) -> Node:
        """The explanation of an address; a bare parameter means its update."""
        name, index = self._asked(address)
        name = f"{name}.next" if name in self.made.before.params else name
        if all(isinstance(i, int) for i in index):
            return self.of(Quantity(name, index))  # type: ignore[arg-type]
        return self._several(name, index)

    def of(self, quantity: Quantity) -> Node:
        """The explanation of one number. Without recursion: a network may have any depth."""
        formulas: dict[Quantity, Expr | None] = {}
        waiting = [quantity]
        with np.errstate(all="ignore"):  # a step that ran away is explained as well
            while waiting:
                one = waiting[-1]
                if one in self.done:
                    waiting.pop()
                elif one in formulas:
                    self.done[one] = self._made(one, formulas[one])
                    waiting.pop()
                else:
                    formulas[one] = self.formula(one)
                    waiting += list(self._needs(formulas[one])) if self.whole else []
        return self.done[quantity]

    def _needs(self, formula: Expr | None) -> Iterator[Quantity]:
        for leaf in leaves(formula) if formula is not None else ():
            if not leaf.is_setting and leaf.quantity not in self.done:
                yield leaf.quantity

    # ------------------------------------------------------------------------------- one node

    def _made(self, quantity: Quantity, formula: Expr | None) -> Node:
        recorded = self._recorded(quantity, formula)
        if formula is not None:
            self._hold(quantity.address, formula, recorded)
        symbol = self.symbols.text(quantity)
        node = self._node(quantity.address, symbol, formula, recorded, quantity.address)
        return replace(node, quantity=quantity, says=says(quantity, self.made))

    def _recorded(self, quantity: Quantity, formula: Expr | None) -> Any:
        """The value in the record. A slope stands nowhere: it is checked where it is used."""
        if split(quantity.name)[1] == "slope" and formula is not None:
            return formula.found().value
        return self.at.recorded(quantity)

    def _node(
        self, address: str | None, symbol: str, formula: Expr | None, value: Any, owner: str
    ) -> Node:
        plain, shown = np.asarray(value).item(), digits(value)
        if formula is None:
            return Node(address, symbol, "", "", plain, digits=shown, owner=owner)
        below = cache(partial(self._below, formula, owner))
        if self.whole:
            below()
        letters, numbers = "", ""
        if self.writes:
            letters, numbers = self.writer.letters(formula), self.writer.numbers(formula)
        return Node(
            address, symbol, letters, numbers, plain, below, _rest(formula),
            digits=shown, formula=formula, owner=owner,
        )  # fmt: skip

    def _below(self, formula: Expr, owner: str) -> tuple[Node, ...]:
        with np.errstate(all="ignore"):
            return tuple(dict.fromkeys(self._parts(formula, owner)))

    def _parts(self, formula: Expr, owner: str) -> Iterator[Node]:
        """The numbers that stand in a formula, in its order."""
        if isinstance(formula, Named):
            yield self._named(formula, owner)
        elif isinstance(formula, Leaf):
            if not formula.is_setting:
                yield self.of(formula.quantity)
        else:
            for inside in formula.inside:
                yield from self._parts(inside, owner)

    def _named(self, named: Named, owner: str) -> Node:
        """A number on the way: it has no address, but the record may hold it all the same."""
        if (owner, named.symbol) not in self.on_the_way:
            value = named.body.found().value
            if named.recorded is not None:
                self._hold(f"{named.symbol} of {owner}", named.body, named.recorded)
                value = named.recorded
            node = self._node(None, named.symbol, named.body, value, owner)
            node = replace(node, says=f"on the way to {owner}")
            self.on_the_way[owner, named.symbol] = node
        return self.on_the_way[owner, named.symbol]

    def _hold(self, address: str, formula: Expr, recorded: Any) -> None:
        """The formula's value and the record's must be one number, but for rounding."""
        value, off = formula.found()
        kind = np.asarray(recorded).dtype.type  # a float32 θ stays float32 whatever moves it
        ours, theirs, off = float(kind(value)), float(recorded), float(off)
        if ours == theirs or (np.isnan(ours) and np.isnan(theirs)) or not np.isfinite(off):
            return
        if abs(ours - theirs) <= off:
            return
        allowed = f"within {off:.1e}" if off else "to the last bit"
        raise Disagreement(
            f"explain {address} of step {self.made.t}",
            f"{self.writer.letters(formula)} = {digits(value)}, {allowed}",
            f"{digits(recorded)} in the record",
            "The record was changed, or its engine has a mistake.",
        )

    # --------------------------------------------------------------------------- what is asked

    def _asked(self, address: str) -> tuple[str, tuple[int | slice, ...]]:
        known = {**self.shapes, "loss": (self.at.rows,)}
        try:
            asked = parse(address, known, self.names)
        except UsageError as error:
            reason = why_missing(address, self.made, error)
            raise error if reason is None else reason from None
        if asked.step not in (None, self.made.t):
            raise UsageError(
                f"address {address!r}", f"step {self.made.t}, which this record is of",
                f"step {asked.step}", "Make the record of that step, or leave the step out.",
            )  # fmt: skip
        if asked.name == "loss" and not asked.place:
            return "loss", ()
        return asked.name, self._whole(address, asked)

    def _whole(self, address: str, asked: Asked) -> tuple[int | slice, ...]:
        """The index with all of its axes, the sample's position put in."""
        shape = (self.at.rows,) if asked.name == "loss" else self.shapes[asked.name]
        index = asked.place
        of_a_row = (split(asked.name)[1] in OF_A_ROW) or asked.name == "loss"
        if self.position is not None and of_a_row:
            if len(index) < len(shape):
                index = (self.position, *index)
            elif isinstance(index[0], slice):
                index = (self.position, *index[1:])
            elif index[0] != self.position:
                raise UsageError(
                    f"address {address!r}", f"place {self.position}, where sample {self.sample} is",
                    f"place {index[0]}", "Leave one of the two out.",
                )  # fmt: skip
        return index + (slice(None),) * (len(shape) - len(index))

    def _several(self, name: str, index: tuple[int | slice, ...]) -> Node:
        """All places of a `:`; of many the largest."""
        array = self.at.array(name, index)
        chosen = np.moveaxis(np.indices(array.shape), 0, -1)[index].reshape(-1, array.ndim)
        values = array[index]
        order = np.arange(len(chosen))
        if len(chosen) > self.most:
            order = np.argsort(-np.abs(values.reshape(-1)), kind="stable")[: self.most]
        parts = tuple(self.of(Quantity(name, tuple(chosen[k].tolist()))) for k in order)
        shown = [":" if isinstance(i, slice) else i for i in index]
        left = np.delete(values.reshape(-1), order)
        rest = (len(left), float(left.sum())) if len(left) else None
        address = Quantity(name, tuple(shown)).address
        sentence = f"{len(chosen)} numbers" + (f", the {len(parts)} largest shown" * bool(rest))
        return Node(address, address, "", "", values.tolist(), lambda: parts, rest, sentence)


def _rest(formula: Expr) -> tuple[int, float] | None:
    """What is left of the first long sum in a formula."""
    if isinstance(formula, Sum):
        return formula.shares[1]
    found = (_rest(part) for part in formula.inside if not isinstance(formula, Named))
    return next((rest for rest in found if rest is not None), None)
