"""Where a program keeps numbers: arrays, lists of numbers and single numbers, by the way to them.

A slot is one such place, reached from the names the training loop can see: `W1`, `self.b`,
`params['W1']`, `layers[0].weights`. Several ways to the same object are one slot.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from chainrule.core.dense import Array

DEEPEST, MOST = 5, 400  # steps from a name to a slot; slots in all
LARGEST = 4_000_000  # numbers in one slot; larger ones are left alone
ATOMS = (str, bytes, bool, type(None), ModuleType, FunctionType, BuiltinFunctionType, MethodType)


@dataclass
class Slot:
    """One place that holds numbers. `holder[key]`, or `holder.key`, is the object itself."""

    label: str
    kind: str  # "array" | "list" | "number"
    value: Any
    places: list[tuple[Any, Any, str]] = field(default_factory=list)  # holder, key, "item"|"attr"
    labels: list[str] = field(default_factory=list)  # every way to it

    @property
    def array(self) -> Array:
        """A copy as an array; whole numbers stay whole."""
        return np.array(self.value)

    @property
    def whole(self) -> bool:
        return self.array.dtype.kind in "iub"

    def replace(self, value: Any) -> None:
        """Put another object into every place."""
        self.value = value
        for holder, key, how in self.places:
            if how == "item":
                holder[key] = value
            else:
                object.__setattr__(holder, key, value)

    def put(self, numbers: Array) -> None:
        """New numbers of the same shape: into the same object where its type holds them."""
        if self.kind == "number":
            self.replace(numbers.item())
        elif self.kind == "list":
            _fill(self.value, numbers.tolist())
        elif np.can_cast(numbers.dtype, self.value.dtype, "same_kind") and self.value.flags.writeable:
            self.value[...] = numbers
        else:
            self.replace(numbers.copy())


def slots(*roots: dict[str, Any], known: Container[str] = ()) -> dict[str, Slot]:
    """Every slot that the names lead to, by its label: a known one, or the shortest way."""
    found: dict[int, Slot] = {}
    met: set[int] = set()
    queue: list[tuple[str, Any, Any, str, Any, int]] = [
        (name, names, name, "item", value, 0) for names in roots for name, value in names.items()
    ]
    while queue and len(found) < MOST:
        label, holder, key, how, value, depth = queue.pop(0)
        kind = kind_of(value)
        if kind == "number" or (kind and id(value) not in found):
            slot = Slot(label, kind, value, [(holder, key, how)], [label])
            found[id(slot) if kind == "number" else id(value)] = slot
        elif kind:
            found[id(value)].places.append((holder, key, how))
            found[id(value)].labels.append(label)
        elif depth < DEEPEST and id(value) not in met:
            met.add(id(value))
            queue += [
                (label + tail, value, k, h, v, depth + 1) for tail, k, h, v in _children(value)
            ]
    named: dict[str, Slot] = {}
    for slot in found.values():
        if _settable(slot):
            slot.label = next((label for label in slot.labels if label in known), slot.label)
            named.setdefault(slot.label, slot)
    return named


def kind_of(value: Any) -> str:
    if isinstance(value, np.ndarray):
        fits = value.dtype.kind in "fiub" and 0 < value.size <= LARGEST and value.ndim <= 4
        return "array" if fits else ""
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return "number"
    return "list" if isinstance(value, list) and _shape(value) else ""


def _shape(value: Any) -> tuple[int, ...] | None:
    """Of nested lists of numbers that form a rectangle, or None."""
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return ()
    if not isinstance(value, list) or not value or len(value) > 100_000:
        return None
    first = _shape(value[0])
    if first is None or any(_shape(item) != first for item in value[1:]):
        return None
    return (len(value), *first)


def _children(value: Any) -> Iterator[tuple[str, Any, str, Any]]:
    if isinstance(value, dict):
        yield from ((f"[{k!r}]", k, "item", v) for k, v in list(value.items())[:MOST])
    elif isinstance(value, list):
        yield from ((f"[{k}]", k, "item", v) for k, v in enumerate(value[:MOST]))
    elif isinstance(value, tuple):
        yield from ((f"[{k}]", k, "fixed", v) for k, v in enumerate(value[:MOST]))
    elif isinstance(value, np.ndarray) and value.dtype == object and value.ndim == 1:
        yield from ((f"[{k}]", k, "item", v) for k, v in enumerate(value[:MOST]))
    elif not isinstance(value, (*ATOMS, type)) and hasattr(value, "__dict__"):
        yield from ((f".{k}", k, "attr", v) for k, v in list(vars(value).items()))


def _settable(slot: Slot) -> bool:
    """Numbers in a tuple can't be put; an array there can, in place."""
    slot.places = [place for place in slot.places if place[2] != "fixed"]
    return bool(slot.places) or slot.kind != "number"


def _fill(holder: Any, numbers: list[Any]) -> None:
    for at, number in enumerate(numbers):
        if isinstance(number, list):
            _fill(holder[at], number)
        else:
            holder[at] = number
