"""A formula as columns: each factor with its letter, its number and a word for it.

What is added at the outside are groups, so that a page may break the line between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chainrule.trace.expression import Expr, Leaf, Negative, Number, Operation
from chainrule.trace.sums import Named, Stable, Sum, leaves
from chainrule.view.mathml import Typesetter, tree
from chainrule.view.parts import Cell, Group, Tree
from chainrule.view.titles import Names


class Addend(NamedTuple):
    sign: str
    formula: Expr
    says: str = ""


class Columns:
    """Lays formulas of one step out."""

    def __init__(self, typesetter: Typesetter, names: Names) -> None:
        self.typesetter, self.names = typesetter, names

    def groups(self, formula: Expr) -> tuple[Group, ...]:
        return tuple(self._groups(formula, ""))

    def _groups(self, formula: Expr, sign: str) -> Iterator[Group]:
        match formula:
            case Stable(shown):
                yield from self._groups(shown, sign)
            case Operation("+", left, right):
                yield from self._groups(left, sign)
                yield from self._groups(right, "+")
            case Operation("−", left, right):
                yield from self._groups(left, sign)
                yield self._group(Addend("−", right))
            case Operation("/", Sum() as total, Leaf() | Named() as below):
                yield from self._bracketed(total, below, sign)
            case Sum():
                yield from self._terms(formula, sign)
            case _:
                yield self._group(Addend(sign, formula))

    def _terms(self, total: Sum, sign: str) -> Iterator[Group]:
        """A group for each term that is shown, and one for all others."""
        shown, rest = total.shares
        for k, share in enumerate(shown):
            says = self.names.term(total.letters[0], list(leaves(share.term)))
            yield self._group(Addend("+" if k else sign, share.term, says))
        if rest is not None:
            count, left = rest
            less = left < 0 and bool(shown)  # − 0.01 instead of + −0.01
            number = tree(self.typesetter.style.number(-left if less else left))
            cell = Cell(("−" if less else "+") if shown else sign, Tree(("mrow", {})), number, "")
            yield Group(f"{count:,} more", (cell,))

    def _bracketed(self, total: Sum, below: Expr, sign: str) -> Iterator[Group]:
        """(… + …) ÷ n"""
        *first, last = self._terms(total, f"{sign} (".strip() if sign else "(")
        yield from first
        yield Group(last.says, (*last.cells, self._cell(") ÷", below)))

    def _group(self, addend: Addend) -> Group:
        return Group(addend.says, tuple(self._factors(addend.formula, addend.sign)))

    def _factors(self, formula: Expr, sign: str, *, of_more: bool = False) -> Iterator[Cell]:
        """of_more: other factors follow."""
        match formula:
            case Stable(shown):
                yield from self._factors(shown, sign, of_more=of_more)
            case Negative(x):
                yield from self._factors(x, f"{sign} −".strip(), of_more=of_more)
            case Operation("·" | "/" as own, left, right) if not _is_fraction(formula):
                yield from self._factors(left, sign, of_more=True)
                yield self._cell("×" if own == "·" else "÷", right)
            case _:
                yield self._cell(sign, formula, of_more=of_more)

    def _cell(self, sign: str, formula: Expr, *, of_more: bool = False) -> Cell:
        letters, numbers = self.typesetter.both(formula)
        if (sign or of_more) and _needs_brackets(formula):
            letters, numbers = map(self.typesetter.style.brackets, (letters, numbers))
        return Cell(sign, tree(letters), tree(numbers), self._word(formula))

    def _word(self, formula: Expr) -> str:
        if isinstance(formula, Leaf):
            return self.names.word(formula.quantity)
        if isinstance(formula, Named):
            return self.names.on_the_way(formula.symbol)[1]
        return ""


def _is_fraction(formula: Operation) -> bool:
    """Whether it is one piece to people: 1 over something long."""
    if formula.sign != "/" or not isinstance(formula.left, Number):
        return False
    return not isinstance(formula.right, Leaf | Named | Number)


def _needs_brackets(formula: Expr) -> bool:
    if isinstance(formula, Stable):
        return _needs_brackets(formula.shown)
    return isinstance(formula, Sum | Negative) or (
        isinstance(formula, Operation) and formula.sign != "/"
    )
