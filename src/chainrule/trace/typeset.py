"""Formulas in writing, with letters or with the numbers put in; a style says in which marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from chainrule.trace.expression import Expr, Leaf, Negative, Number, Operation, Power, Quantity
from chainrule.trace.functions import Call, Choice, Greatest
from chainrule.trace.sums import Named, Stable, Sum, leaves
from chainrule.trace.symbols import digits

ADDS, NEGATES, SUMS, MULTIPLIES, RAISES, ATOM = range(6)  # how tightly a piece holds together
Piece = tuple[str, int]
WIDTH = 84  # characters of a line
EXPANDED = 3  # a sum of so few terms is written out


class Style(Protocol):
    """A way of writing."""

    tall: bool  # whether a fraction and a root need no brackets

    def number(self, value: Any) -> str: ...
    def quantity(self, quantity: Quantity) -> str: ...
    def name(self, name: str) -> str: ...
    def operation(self, left: str, sign: str, right: str) -> str: ...
    def fraction(self, above: str, below: str) -> str: ...
    def power(self, base: str, exponent: str) -> str: ...
    def call(self, name: str, arguments: Sequence[str]) -> str: ...
    def brackets(self, inside: str) -> str: ...
    def sum(self, letters: Sequence[str], body: str) -> str: ...
    def rest(self, count: int, total: float) -> str: ...
    def choice(self, yes: str, condition: str, no: str) -> str: ...
    def because(self, value: str, condition: str) -> str: ...


Mark = Callable[[Expr, str], str]


class Writer:
    """Writes formulas in one style. mark: what becomes of a named number once it is written."""

    def __init__(self, style: Style, mark: Mark | None = None) -> None:
        self.style, self.mark = style, mark or _as_it_is

    def letters(self, formula: Expr) -> str:
        return self._piece(formula, False)[0]

    def numbers(self, formula: Expr) -> str:
        return self._piece(formula, True)[0]

    def lines(self, formula: Expr, put_in: bool = True, width: int = WIDTH) -> list[str]:
        """The formula on as many lines as a long sum needs; later ones begin with a sign."""
        lines: list[str] = []
        room = 0
        for sign, text, length in self._addends(formula, put_in):
            if lines and length + 3 <= room:
                lines[-1] = self.style.operation(lines[-1], sign, text)
                room -= length + 3
            else:
                lines.append(self.style.operation("", sign, text) if lines else text)
                room = width - length
        return lines

    def _addends(self, formula: Expr, put_in: bool) -> Iterator[tuple[str, str, int]]:
        """What is added at the outside: sign, text, and about how many characters it takes."""
        match formula:
            case Stable(shown):
                yield from self._addends(shown, put_in)
            case Operation("+" | "−" as sign, left, right):
                yield from self._addends(left, put_in)
                if sign == "+" and isinstance(right, Sum):
                    yield from self._addends(right, put_in)
                else:
                    yield sign, self._within(right, put_in, SUMS), self._length(right, put_in)
            case Sum() if put_in or self._is_short(formula):
                shares, rest = formula.shares
                for share in shares:
                    text = self._within(share.term, put_in, SUMS)
                    yield "+", text, self._length(share.term, put_in)
                if rest is not None:
                    text = self.style.rest(*rest)
                    yield "+", text, len(digits(rest[1])) + 12
            case _:
                yield "+", self._piece(formula, put_in)[0], self._length(formula, put_in)

    def _length(self, formula: Expr, put_in: bool) -> int:
        """In characters, were it plain text: a letter with indices takes about three."""
        if put_in:
            return sum(len(digits(leaf.value)) + 3 for leaf in leaves(formula)) or 8
        return 9 * sum(1 for _ in leaves(formula))

    def _piece(self, formula: Expr, put_in: bool) -> Piece:
        match formula:
            case Number(value):
                return self._number(value)
            case Leaf(quantity, value, is_setting):
                name = self.style.name(quantity.name) if is_setting else ""
                letters = (name or self.style.quantity(quantity), ATOM)
                text, level = self._number(value) if put_in else letters
                return self.mark(formula, text), level
            case Named(symbol, body):
                value = body.found().value
                text, level = self._number(value) if put_in else (self.style.name(symbol), ATOM)
                return self.mark(formula, text), level
            case Stable(shown):
                return self._piece(shown, put_in)
            case Operation(sign, left, right):
                return self._operation(sign, left, right, put_in)
            case Negative(x):
                return self.style.operation("", "−", self._within(x, put_in, MULTIPLIES)), NEGATES
            case Power(base, exponent):
                raised = self._piece(exponent, put_in)[0]
                return self.style.power(self._within(base, put_in, ATOM), raised), RAISES
            case Call(function, x):
                return self.style.call(function.name, [self._piece(x, put_in)[0]]), ATOM
            case Greatest(items):
                return self.style.call("max", [self._piece(x, put_in)[0] for x in items]), ATOM
            case Choice():
                return self._choice(formula, put_in)
            case Sum():
                return self._terms(formula) if put_in else self._sum(formula)
        raise TypeError(formula)

    def _number(self, value: Any) -> Piece:
        text = self.style.number(value)
        return text, NEGATES if digits(value).startswith("-") else ATOM

    def _within(self, formula: Expr, put_in: bool, least: int) -> str:
        """In brackets, unless it holds together tightly enough."""
        text, level = self._piece(formula, put_in)
        return text if level >= least else self.style.brackets(text)

    def _operation(self, sign: str, left: Expr, right: Expr, put_in: bool) -> Piece:
        if sign == "/" and self.style.tall:
            above, below = self._piece(left, put_in)[0], self._piece(right, put_in)[0]
            return self.style.fraction(above, below), ATOM
        own = MULTIPLIES if sign in "·/" else ADDS
        least = {"+": SUMS, "−": SUMS, "·": MULTIPLIES, "/": RAISES}[sign]
        first = self._within(left, put_in, own)
        if sign == "·" and isinstance(right, Sum) and not put_in:
            least = SUMS
        return self.style.operation(first, sign, self._within(right, put_in, least)), own

    def _choice(self, choice: Choice, put_in: bool) -> Piece:
        left, right = (self._piece(x, put_in)[0] for x in (choice.left, choice.right))
        signs = {">": "≤", "=": "≠"}
        if put_in:
            holds = bool(choice.holds)
            taken = self._piece(choice.yes if holds else choice.no, True)
            sign = choice.sign if holds else signs[choice.sign]
            return self.style.because(taken[0], self.style.operation(left, sign, right)), taken[1]
        yes, no = (self._piece(x, put_in)[0] for x in (choice.yes, choice.no))
        return self.style.choice(yes, self.style.operation(left, choice.sign, right), no), ATOM

    def _sum(self, total: Sum) -> Piece:
        if self._is_short(total):
            return self._joined([share.term for share in total.shares[0]], False)
        return self.style.sum(total.letters, self._within(total.body, False, SUMS)), SUMS

    def _is_short(self, total: Sum) -> bool:
        shown, rest = total.shares
        return rest is None and len(shown) <= EXPANDED

    def _terms(self, total: Sum) -> Piece:
        shown, rest = total.shares
        text, level = self._joined([share.term for share in shown], True)
        if rest is None:
            return text, level
        return self.style.operation(text, "+", self.style.rest(*rest)), ADDS

    def _joined(self, terms: Sequence[Expr], put_in: bool) -> Piece:
        text, level = self._piece(terms[0], put_in)
        for term in terms[1:]:
            text = self.style.operation(text, "+", self._within(term, put_in, SUMS))
        return text, level if len(terms) == 1 else ADDS


def _as_it_is(formula: Expr, text: str) -> str:
    return text
