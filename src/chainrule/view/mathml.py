"""Formulas as trees of MathML tags: the page makes elements of them, and no text becomes markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from chainrule.core.dense import Array
from chainrule.trace.expression import Expr, Leaf, Quantity
from chainrule.trace.lookup import OF_A_ROW, split
from chainrule.trace.node import Node
from chainrule.trace.styles import MathMl
from chainrule.trace.sums import Named
from chainrule.trace.symbols import Sign, Symbols
from chainrule.trace.typeset import Writer
from chainrule.view.parts import Tree
from chainrule.view.words import MINUS

DIGITS = 4
LINK = "data-to"


def few(value: Any) -> str:
    """Four digits, in the form Python writes numbers in."""
    return value if isinstance(value, str) else f"{float(value):.{DIGITS}g}"


class OfRows(Symbols):
    """Signs in which a row has its own number, as in words, and not its place in the batch."""

    def __init__(self, symbols: Symbols, rows: Array) -> None:
        self.own, self.rows = symbols.own, rows

    def sign(self, quantity: Quantity) -> Sign:
        kind, place = split(quantity.name)[1], quantity.place
        if place and isinstance(place[0], int) and (kind in OF_A_ROW or kind == "loss"):
            quantity = Quantity(quantity.name, (int(self.rows[place[0]]), *place[1:]))
        return super().sign(quantity)


class Typesetter:
    """Formulas of one step. `keys` are the nodes that can be gone to; `rows` those of its batch."""

    def __init__(self, symbols: Symbols, keys: Mapping[str, str], rows: Array) -> None:
        self.keys = keys
        self.style = MathMl(OfRows(symbols, rows), few)
        self.writer = Writer(self.style, self._mark)
        self.bare = Writer(self.style)

    def name(self, node: Node) -> Tree:
        sign = (
            self.style.name(node.symbol)
            if node.quantity is None
            else self.style.quantity(node.quantity)
        )
        return tree(sign)

    def letters(self, node: Node) -> Tree | None:
        return None if node.formula is None else tree(self.bare.letters(node.formula))

    def both(self, formula: Expr) -> tuple[str, str]:
        """In letters that lead nowhere, and in numbers that do; not yet as trees."""
        return self.bare.letters(formula), self.writer.numbers(formula)

    def _mark(self, formula: Expr, text: str) -> str:
        """A number that has a node of its own leads there."""
        key = None
        if isinstance(formula, Leaf):
            key = self.keys.get(formula.quantity.address)
        elif isinstance(formula, Named):
            key = self.keys.get(formula.symbol)
        if key is None:
            return text
        return f'<mrow {LINK}="{key}">{text}</mrow>'


def tree(text: str) -> Tree:
    """`<mi>x</mi>` → ("mi", {}, "x")"""
    return _tree(ElementTree.fromstring(f"<mrow>{text}</mrow>"))


def _tree(element: ElementTree.Element) -> Tree:
    children: list[Any] = [element.text.replace("-", MINUS)] if element.text else []
    for child in element:
        children.append(_tree(child))
        if child.tail:
            children.append(child.tail)
    if element.tag == "mrow" and not element.attrib and len(children) == 1:
        only = children[0]
        if isinstance(only, Tree):
            return only
    return Tree((element.tag, dict(element.attrib), *children))
