"""All weights in one flat vector: where each matrix is in it, as the program itself cuts it."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any

import numpy as np

from chainrule.checker.forms import chains, tree, words
from chainrule.checker.forms.calling import Pool
from chainrule.checker.forms.limit import limited
from chainrule.checker.forms.objects import Maker
from chainrule.checker.forms.parameters import Cut, Layout, Place, Slot
from chainrule.checker.forms.program import Action, Program
from chainrule.checker.forms.tree import Leaf
from chainrule.checker.forms.watch import Watch
from chainrule.core.dense import Array

LEAST = 4  # numbers in a vector of weights


def is_flat(root: Any) -> bool:
    """One vector of floats, standing or lying."""
    return (
        isinstance(root, np.ndarray)
        and root.dtype.kind == "f"
        and root.size >= LEAST
        and root.size == max(root.shape, default=0)
    )


def layouts(program: Program, maker: Maker, root: Array, ones: str) -> list[Layout]:
    """The networks in a flat vector: some function of the file takes it apart."""
    marks = np.arange(root.size, dtype=float).reshape(root.shape)  # each number is its place
    for action in maker.actions:
        blocks = _cut(program, maker, action, marks)
        if sum(block.value.size for block in blocks) == root.size:
            found = chains.among(blocks, ones=ones)
            values = {block.path: block.value for block in blocks}
            cut = [_within(layout, values, root.size) for layout in found]
            if any(map(_is_whole, cut)):
                return [layout for layout in cut if _is_whole(layout)]
    return []


def _cut(program: Program, maker: Maker, action: Action, marks: Array) -> list[Leaf]:
    """What the function makes of a vector: matrices first, then vectors; nothing twice."""
    if not _may_take(action):
        return []
    pool = Pool(program, None)
    pool.x, pool.y, pool.rate = np.ones((3, 2)), np.ones((3, 1)), 0.1
    pool.parameters, pool.container = marks.copy(), maker.name
    result: Any = None
    silent, fails = np.errstate(all="ignore"), contextlib.suppress(Exception)  # strange samples
    with limited(), silent, Watch(program.namespace) as watch, fails:
        result = pool.call(action, action.function)
    seen = [*tree.leaves({"": result}), *watch.leaves()]
    whole = [leaf for leaf in seen if _are_places(leaf.value, marks.size)]
    taken: set[float] = set()
    found: list[Leaf] = []
    for leaf in sorted(whole, key=lambda leaf: (-leaf.value.ndim, -leaf.value.size)):
        if taken.isdisjoint(leaf.value.ravel().tolist()):
            taken.update(leaf.value.ravel().tolist())
            found.append(leaf)
    order = {id(leaf): at for at, leaf in enumerate(seen)}
    return sorted(found, key=lambda leaf: order[id(leaf)])


def _may_take(action: Action) -> bool:
    required = [n for n, p in action.parameters().items() if p.default is inspect.Parameter.empty]
    return bool(required) and not words.is_(required[0], words.X | words.Y)


def _are_places(value: Array, size: int) -> bool:
    """Some of the numbers 0, 1, 2 ..., each once; not all of them in one row."""
    flat = value.ravel()
    if value.ndim not in (1, 2) or not 0 < flat.size < size + (value.ndim == 2):
        return False
    if value.ndim == 2 and min(value.shape) == 1 and flat.size == size:
        return False
    whole = bool((flat == np.rint(flat)).all()) and flat.min() >= 0 and flat.max() < size
    return whole and len(set(flat.tolist())) == flat.size


def _within(layout: Layout, values: dict[Any, Array], size: int) -> Layout:
    """The same layout, with places in the vector."""

    def cut(slot: Slot | None) -> Slot | None:
        if slot is None:
            return None
        value = values[slot.paths[0]]
        ids = tuple(int(n) for n in value.ravel())
        return Slot(((),), cut=Cut(slot.name, ids, value.shape, size))

    places = [Place(cut(p.W) or p.W, cut(p.b), p.inside) for p in layout.places]
    return layout._replace(places=tuple(places))


def _is_whole(layout: Layout) -> bool:
    """Every number of the vector has its place."""
    cuts = [s.cut for place in layout.places for s in (place.W, place.b) if s and s.cut]
    return sum(len(cut.ids) for cut in cuts) == cuts[0].of
