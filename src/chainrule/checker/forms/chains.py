"""Chains of matrices below a root that could be the layers of a network."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms import tree, words
from chainrule.checker.forms.parameters import Layout, Place, Slot, two
from chainrule.checker.forms.tree import Leaf, Path

MOST_LAYERS = 6


class _Block(NamedTuple):
    slot: Slot
    role: str
    shape: tuple[int, ...]
    template: str
    order: tuple[Any, ...]


def find(
    root: Any, inputs: int | None = None, outputs: int | None = None, ones: str = "last"
) -> list[Layout]:
    """Every chain of matrices below the root that could be a network, the most natural first."""
    return among(tree.leaves(root), inputs, outputs, ones)


def among(
    leaves: list[Leaf], inputs: int | None = None, outputs: int | None = None, ones: str = "last"
) -> list[Layout]:
    """The same, of such numbers."""
    blocks = _blocks(leaves)
    found: list[Layout] = []
    for anything in (False, True):
        for Ws in _chains(blocks, anything):
            for flipped in (False, True):
                found += _linked(Ws, blocks, flipped, inputs, outputs, ones)
        if any(len(layout.places) > 1 for layout in found):
            break  # one matrix alone may have a second one of another name
    return sorted(_distinct(found), key=_oddness)[:8]


def _oddness(layout: Layout) -> tuple[bool, bool, int, int]:
    """Weights of one container or one spelling before others; all biases inside or none; longer
    chains; more biases.
    """
    paths = [place.W.paths[0] for place in layout.places]
    parents = {path[:-1] for path in paths}
    templates = {_template(path) for path in paths}
    biases = sum(place.b is not None for place in layout.places)
    mixed = len({place.inside for place in layout.places}) > 1
    return (len(parents) > 1 and len(templates) > 1, mixed, -len(paths), -biases)


def _template(path: Path) -> str:
    text = ("#" if isinstance(k, int) else re.sub(r"\d+", "#", str(k)) for k in path)
    return ".".join(text).lower()


def _distinct(layouts: list[Layout]) -> list[Layout]:
    return list(dict.fromkeys(layouts))


def _blocks(leaves: list[Leaf]) -> list[_Block]:
    """Blocks of numbers with the roles their names give them, units stacked."""
    blocks: list[_Block] = []
    stacks: dict[Any, list[Leaf]] = {}
    for leaf in leaves:
        role = _role(leaf)
        at = _unit_at(leaf)
        if at is not None and role and leaf.value.ndim == (1 if role == "W" else 0):
            stacks.setdefault((leaf.path[:at], leaf.path[at + 1 :], role), []).append(leaf)
        elif leaf.value.ndim <= 2:
            blocks.append(_block(Slot((leaf.path,)), role, leaf.value.shape, leaf.path))
    for (before, after, role), units in stacks.items():
        shapes = {leaf.value.shape for leaf in units}
        if len(shapes) == 1:
            slot = Slot(tuple(leaf.path for leaf in units), stacked=True)
            shape = (len(units), *units[0].value.shape)
            blocks.append(_block(slot, role, shape, (*before, *after)))
    return blocks


def _role(leaf: Leaf) -> str:
    """What the names on the way tell: grads["W1"] is no weight."""
    above = [key for key in leaf.path if isinstance(key, str)][:-1]
    if any(words.is_(key, words.GRADIENTS) or words.of_gradient(key) for key in above):
        return "-"
    role = words.parameter_role(leaf.name) or ("-" if words.of_gradient(leaf.name) else "")
    wide = leaf.value.ndim == 2 and min(leaf.value.shape) > 1
    return "" if role == "b" and wide else role  # B may be the second matrix


def _unit_at(leaf: Leaf) -> int | None:
    """Where on the way stands the number of a unit: [layer][unit].weights, units[3].weights."""
    numbers = [i for i, key in enumerate(leaf.path) if isinstance(key, int)]
    ends_in_name = bool(leaf.path) and isinstance(leaf.path[-1], str)
    return numbers[-1] if numbers and ends_in_name else None


def _block(slot: Slot, role: str, shape: tuple[int, ...], path: Path) -> _Block:
    order = tuple(words.natural(key) for key in path)
    return _Block(slot, role, shape, _template(path), order)


def _chains(blocks: list[_Block], anything: bool) -> list[list[_Block]]:
    """Candidates for the weights of all layers, in order: of one spelling first, then all."""
    role = ("W", "") if anything else ("W",)
    Ws = [block for block in blocks if block.role in role and _matrix(block, anything)]
    Ws = [block for block in Ws if block.role or not _is_data(block)]
    groups: dict[str, list[_Block]] = {}
    for block in Ws:
        groups.setdefault(block.template, []).append(block)
    chains = [sorted(g, key=lambda block: block.order) for g in groups.values() if len(g) > 1]
    whole = [Ws] if len(Ws) <= MOST_LAYERS else []
    named = sorted(Ws, key=lambda block: block.order)
    if whole and named != Ws:
        whole.append(named)
    if whole and 2 <= len(Ws) <= 4:
        whole += [list(p) for p in itertools.permutations(Ws)]
    chains += [chain for chain in whole if chain not in chains]
    if anything and len(Ws) <= 8:
        chains += [list(c) for n in (3, 2) for c in itertools.combinations(Ws, n)]
    return [c for c in chains if c]


def _is_data(block: _Block) -> bool:
    name = next((k for k in block.slot.paths[0] if isinstance(k, str)), "")
    return words.is_(name, words.X) or words.is_(name, words.Y)


def _matrix(block: _Block, anything: bool) -> bool:
    if len(block.shape) == 2:
        return min(block.shape) > 0
    return len(block.shape) == 1 and block.role == "W"


def _linked(
    Ws: list[_Block],
    blocks: list[_Block],
    flipped: bool,
    inputs: int | None,
    outputs: int | None,
    ones: str,
) -> list[Layout]:
    """The chain as layouts, where each layer's units are the next one's inputs."""
    starts = [inputs] if inputs else [None, -1] if not _biases(blocks) else [None]
    found = []
    for start in starts:
        linked = _link([two(w.shape, flipped) for w in Ws], flipped, start)
        if linked is None or (outputs and linked[0][-1] != outputs):
            continue
        sizes, inside = linked
        for side in (ones, "first" if ones == "last" else "last") if any(inside) else ("",):
            bs = _biases_of(sizes, inside, [b for b in blocks if b not in Ws], Ws)
            places = zip(Ws, bs, inside, strict=True)
            found.append(
                Layout(tuple(Place(w.slot, b, side * i) for w, b, i in places), flipped, sizes)
            )
    return found


def _link(
    shapes: list[tuple[int, int]], flipped: bool, inputs: int | None
) -> tuple[tuple[int, ...], list[bool]] | None:
    """(sizes, which layers have the bias inside), or None. inputs −1: unknown, bias inside."""
    sizes: list[int] = []
    inside = []
    for shape in shapes:
        fan, units = reversed(shape) if flipped else shape
        if not sizes:
            sizes = [inputs if inputs and inputs > 0 else fan - 1 if inputs else fan]
        inside.append(fan == sizes[-1] + 1)
        if fan not in (sizes[-1], sizes[-1] + 1) or sizes[-1] < 1:
            return None
        sizes.append(units)
    return tuple(sizes), inside


def _biases(blocks: list[_Block]) -> list[_Block]:
    return [b for b in blocks if b.role == "b"]


def _biases_of(
    sizes: tuple[int, ...], inside: list[bool], blocks: list[_Block], Ws: list[_Block]
) -> list[Slot | None]:
    """Each layer's bias, where one is: of one spelling and fitting sizes, in order."""
    beside = [at for at, within in enumerate(inside) if not within]
    candidates = _biases(blocks)
    if len(candidates) < len(beside):
        candidates = [b for b in blocks if b.role == "b" or (b.role == "" and _beside(b, Ws))]
    groups: dict[str, list[_Block]] = {}
    for block in candidates:
        groups.setdefault(block.template, []).append(block)
    best: list[Slot | None] = [None] * len(inside)
    for group in [candidates, *groups.values(), sorted(candidates, key=lambda b: b.order)]:
        taken = _fitted([sizes[at + 1] for at in beside], group)
        slots: list[Slot | None] = [None for _ in inside]
        for at, fitting in zip(beside, taken, strict=True):
            slots[at] = fitting.slot if fitting is not None else None
        if sum(s is not None for s in slots) > sum(s is not None for s in best):
            best = slots
    return best


def _beside(block: _Block, Ws: list[_Block]) -> bool:
    """A vector next to a matrix in a pair (W, b) without names, or beside it in a list of its own.

    No size, no rate.
    """
    path, others = block.slot.paths[0], [w.slot.paths[0] for w in Ws]
    pair = any(path[:-1] == other[:-1] for other in others)
    lists = len(path) > 1 and any(path[1:] == other[1:] for other in others)
    return len(block.shape) > 0 and len(path) > 0 and (pair or lists)


def _fitted(units: list[int], blocks: list[_Block]) -> list[_Block | None]:
    fits: Callable[[_Block, int], bool] = lambda b, n: int(np.prod(b.shape)) in (n, 1)  # noqa: E731
    if len(units) == len(blocks) and all(map(fits, blocks, units)):
        return list(blocks)
    left, taken = list(blocks), list[_Block | None]()
    for n in units:
        sized = [b for b in left if int(np.prod(b.shape)) == n]
        sized = sized or [b for b in left if int(np.prod(b.shape)) == 1]
        block = sized[0] if sized else None
        taken.append(block)
        if block is not None:
            left.remove(block)
    return taken


def resized(layout: Layout, root: Any, inputs: int | None) -> Layout:
    """The same places in a program made with other sizes."""
    if inputs and any(place.W.stacked for place in layout.places):
        for other in find(root, inputs, ones=layout.places[0].inside or "last"):
            if other.flipped == layout.flipped and len(other.places) == len(layout.places):
                return other
    return layout.sized(root)
