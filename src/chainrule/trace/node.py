"""One named number of an explanation, and the way into JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chainrule.trace.expression import Expr, Quantity

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Node:
    """A number, the formula it comes from, and the numbers in that formula.

    `letters` and `numbers` are the formula with the addresses of its parts, and with their
    values; both are empty for what a step starts from. `parts` have their own formulas, down to
    the data. Of a long sum the largest terms are parts, and `rest` is (how many more, their sum).
    """

    address: str | None  # None: a number on the way, like Adam's m̂
    symbol: str
    letters: str
    numbers: str
    value: Any
    below: Callable[[], tuple[Node, ...]] = field(default=tuple, repr=False)  # its parts, made once
    rest: tuple[int, float] | None = None
    says: str = ""  # in a sentence: what it is, or why it has no formula
    digits: str = field(default="", repr=False)  # the value, as it is written
    formula: Expr | None = field(default=None, repr=False)
    quantity: Quantity | None = field(default=None, repr=False)
    owner: str = field(default="", repr=False)  # whose way a number without address is on

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.below()

    def each(self) -> Iterator[Node]:
        """This node and all below it, each once; what is needed comes after what needs it."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                waiting += reversed(node.parts)

    def to_json(self) -> dict[str, Any]:
        """`{"schema": 1, "root": key, "nodes": {key: {..., "parts": [key, ...]}}}`

        A key is the node's address, or "#3" for a node that has none. A number that several
        formulas need stands there once.
        """
        return {"schema": SCHEMA, **table_of([self])}


def table_of(roots: list[Node]) -> dict[str, Any]:
    """The nodes of one or many explanations, each once, by key."""
    every = list({id(node): node for root in roots for node in root.each()}.values())
    keys = {id(node): node.address or f"#{k}" for k, node in enumerate(every)}
    nodes = {keys[id(node)]: _entry(node, keys) for node in every}
    return {"root": keys[id(roots[0])], "nodes": nodes} if len(roots) == 1 else {"nodes": nodes}


def _entry(node: Node, keys: dict[int, str]) -> dict[str, Any]:
    rest = node.rest and {"count": node.rest[0], "sum": _finite(node.rest[1])}
    return {
        "address": node.address, "symbol": node.symbol, "letters": node.letters,
        "numbers": node.numbers, "value": _finite(node.value), "says": node.says,
        "parts": [keys[id(part)] for part in node.parts], "rest": rest,
    }  # fmt: skip


def _finite(value: Any) -> Any:
    """JSON has no infinity: null stands for what is not finite."""
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return value if math.isfinite(value) else None
