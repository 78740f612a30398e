"""Training functions that count epochs: their states after one, two and three of them.

Called three times with one epoch each, they would begin with an empty memory every time.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from chainrule.checker.forms import words
from chainrule.checker.forms.program import Program
from chainrule.checker.forms.showing import Shown
from chainrule.checker.forms.watch import Short, Watch
from chainrule.checker.forms.ways import Seen, Way, moved
from chainrule.checker.observation import Layer

MOST = 3
Layers = tuple[Layer, ...]


class Part(NamedTuple):
    """The last of so many epochs of one call."""

    epochs: int = 1
    before: Layers | None = None  # the weights one epoch before; None: those it was given
    shown: Shown | None = None  # what is shown under these


def counts_epochs(way: Way) -> bool:
    """One call makes as many epochs as it is told."""
    alone = len(way.plan) == 1 and not (way.data.one or way.online)
    return alone and _loops(way.program, way.plan[0].qualified)


def _loops(program: Program, name: str) -> bool:
    """The function itself loops over epochs."""
    node = program.nodes().get(name)
    return any(is_over_epochs(part) for part in ast.walk(node)) if node else False


def is_over_epochs(node: ast.AST) -> bool:
    """for epoch in range(1000), for _ in range(self.n_iter)"""
    if not (isinstance(node, ast.For) and isinstance(node.target, ast.Name)):
        return False
    constant = any(words.is_(n, words.EPOCHS) for n in _names(node.iter))
    named = words.is_(node.target.id, words.EPOCHS | {"ep", "e"})
    return (named or constant) and "range" in ast.unparse(node.iter)


def _names(node: ast.AST) -> list[str]:
    names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
    return names + [n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)]


@contextmanager
def lasting(program: Program, epochs: int) -> Iterator[None]:
    """Loops over epochs run so many times within."""
    short = program.namespace.get("range")
    if isinstance(short, Short):
        short.most = epochs
    try:
        yield
    finally:
        if isinstance(short, Short):
            short.most = 1


def later(first: Seen, run: Callable[[int, Layers], Seen]) -> list[Seen]:
    """After two and three epochs; before each, the weights after one less. Nothing moves: []"""
    found = [first]
    while len(found) < MOST:
        before = found[-1].call.after
        if before is None or not _finite(before):
            return []
        found.append(run(len(found) + 1, before))
    old, new = first.call.after, found[-1].call.after
    return found[1:] if old and new and moved(old, new) else []


def _finite(layers: Layers) -> bool:
    return all(np.isfinite(part).all() for layer in layers for part in layer if part is not None)


def whole_batches(way: Way, watch: Watch, rows: int, part: Part) -> bool:
    """No function was called for every sample, so a gradient in one of them is the batch's."""
    counts = {name: n for name, n in watch.counts.items() if name != way.plan[0].name}
    larger = [n for name, n in counts.items() if not words.has(name, words.INNER)]
    most = max(larger or counts.values(), default=None)
    return rows == 1 or (most is not None and most < rows * part.epochs)
