"""Gradients among named numbers: found by name, else by their order and shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.checker.forms import words
from chainrule.checker.forms.parameters import Layout, Slot
from chainrule.checker.forms.tree import Leaf
from chainrule.core.dense import Array


class Misshapen(Exception):
    """A gradient whose shape is not that of the weights."""


Key = tuple[str, tuple[str, ...]]


def among(leaves: Sequence[Leaf], layout: Layout, root: Any, named: bool = True) -> Any:
    """A Layer or None for each layer; None when there is no gradient of weights at all.

    named: only numbers whose names say that they are gradients (locals and attributes); else any
    (what a gradient function returned).
    """
    pool = [leaf for leaf in leaves if leaf.value.ndim <= 2 and (not named or marked(leaf))]
    roots = {id(slot): slot.get(root) for slot in _slots(layout)}
    Ws = [_one(pool, place.W, roots, "W") for place in layout.places]
    bs = [_one(pool, place.b, roots, "b") if place.b else None for place in layout.places]
    if any(W is None for W in Ws):
        Ws = _in_order(pool, [p.W for p in layout.places], roots, "W") or Ws
    if any(b is None for b, p in zip(bs, layout.places, strict=True) if p.b):
        beside = [p.b for p in layout.places if p.b]
        taken = iter(_in_order(pool, beside, roots, "b") or [])
        bs = [next(taken, b) if p.b else None for b, p in zip(bs, layout.places, strict=True)]
    if all(W is None for W in Ws):
        return None
    return tuple(
        None if W is None else layout.layer(W, b, place)
        for W, b, place in zip(Ws, bs, layout.places, strict=True)
    )


def misshapen(leaves: Sequence[Leaf], layout: Layout, root: Any, *, named: bool) -> str:
    """What there is to say of a gradient that has a name of the weights, but not their shape."""
    pool = [leaf for leaf in leaves if 0 < leaf.value.ndim <= 2 and (not named or marked(leaf))]
    for at, place in enumerate(layout.places):
        for slot, role in ((place.W, "W"), (place.b, "b")):
            if slot is None or slot.stacked or slot.cut:
                continue
            shape = _shape(slot, role, layout, at, root)
            told = _odd(pool, slot, role, shape) if shape else ""
            if told:
                return told
    return ""


def _shape(slot: Slot, role: str, layout: Layout, at: int, root: Any) -> tuple[int, ...]:
    """The shape it should have. A bias may have grown in the step."""
    shape, units = np.shape(slot.get(root)), layout.sizes[at + 1]
    if role == "b" and int(np.prod(shape)) not in (1, units):
        return (units, 1) if layout.flipped else (1, units)
    return shape if role == "b" or len(shape) == 2 else ()


def _odd(pool: list[Leaf], slot: Slot, role: str, shape: tuple[int, ...]) -> str:
    wanted = key_of(slot.paths[0], gradient=False)
    found = [leaf.value for leaf in pool if key_of(leaf.path, gradient=True) == wanted]
    if role == "W":
        found = [value for value in found if value.ndim == 2]
    if not found or any(fits(value, shape, role) for value in found):
        return ""
    name = slot.name or role
    return f"the gradient of {name} has shape {found[-1].shape}, {name} has {shape}"


def _slots(layout: Layout) -> list[Slot]:
    return [slot for place in layout.places for slot in (place.W, place.b) if slot]


def marked(leaf: Leaf) -> bool:
    """Some name on the way speaks of a gradient."""
    return any(
        words.of_gradient(key) is not None or words.is_(key, words.GRADIENTS)
        for key in leaf.path
        if isinstance(key, str)
    )


def key_of(path: tuple[Any, ...], gradient: bool) -> Key:
    """What W1, dW1 and grads["W1"] have in common; weights[0] and nabla_w[0]; layers[0].dW ..."""
    name = next((key for key in reversed(path) if isinstance(key, str)), "")
    name = (words.of_gradient(name) or name) if gradient else name
    role, rest = words.canonical(name)
    return role, (*(str(key) for key in path if isinstance(key, int)), *rest)


def _one(pool: list[Leaf], slot: Slot, roots: dict[int, Array], role: str) -> Array | None:
    """The last number of that name and shape."""
    shape = roots[id(slot)].shape
    if slot.stacked:
        return _stacked(pool, slot, roots)
    flat = [leaf.value for leaf in pool if slot.cut and leaf.value.size == slot.cut.of]
    if slot.cut is not None and flat:
        return slot.cut.get(flat[-1])
    wanted = key_of((slot.name,) if slot.cut else slot.paths[0], gradient=False)
    placed = [leaf for leaf in pool if leaf.path[1:] == slot.paths[0]]  # as the weights are kept
    named = [leaf for leaf in pool if key_of(leaf.path, gradient=True) == wanted]
    named.sort(
        key=lambda leaf: not {"delta", "nabla"} <= {*words.tokens(leaf.name)}
    )  # one sample's
    for leaves in (placed, named):
        found = [leaf.value for leaf in leaves if fits(leaf.value, shape, role)]
        if found:
            return found[-1]
    return None


def _stacked(pool: list[Leaf], slot: Slot, roots: dict[int, Array]) -> Array | None:
    by_key = {key_of(leaf.path, gradient=True): leaf.value for leaf in pool}
    units = [by_key.get(key_of(path, gradient=False)) for path in slot.paths]
    shape = roots[id(slot)].shape[1:]
    if any(unit is None or unit.shape != shape for unit in units):
        return None
    return np.stack([unit for unit in units if unit is not None])


def fits(value: Array, shape: tuple[int, ...], role: str) -> bool:
    if role == "b":
        return value.size == int(np.prod(shape))
    return value.shape == shape or (value.size == int(np.prod(shape)) and 1 in shape)


def _in_order(
    pool: list[Leaf], slots: Sequence[Slot | None], roots: dict[int, Array], role: str
) -> list[Array | None] | None:
    """One spelling (dW1, dW2; grads[0], grads[2]) with a fitting shape for every layer."""
    shapes = [roots[id(slot)].shape for slot in slots if slot]
    groups: dict[str, list[Leaf]] = {}
    for leaf in pool:
        template = ".".join(
            "#" if isinstance(k, int) else re.sub(r"\d+", "#", str(k)) for k in leaf.path
        )
        groups.setdefault(template, []).append(leaf)
        groups.setdefault("", []).append(leaf)
    for group in sorted(groups, key=lambda template: template == ""):
        for exact in (True, False):
            for ordered in (groups[group], groups[group][::-1]):
                taken = _subsequence(ordered, shapes, role, exact)
                if taken is not None:
                    return list(taken)
    return None


def _subsequence(
    leaves: list[Leaf], shapes: list[tuple[int, ...]], role: str, exact: bool
) -> list[Array] | None:
    taken: list[Array] = []
    for leaf in leaves:
        told = words.parameter_role(words.of_gradient(leaf.name) or leaf.name)
        if told not in ("", role):
            continue
        if len(taken) == len(shapes):
            break
        shape = shapes[len(taken)]
        if leaf.value.shape == shape if exact else fits(leaf.value, shape, role):
            taken.append(leaf.value)
    return taken if len(taken) == len(shapes) else None
