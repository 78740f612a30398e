"""Where a program keeps numbers: arrays, lists of numbers and single numbers, by the way to them.

A slot is one such place, reached from the names the training loop can see: `W1`, `self.b`,
`params['W1']`, `layers[0].weights`. Several ways to the same object are one slot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.dense import Array

DEEPEST, MOST = 7, 400  # steps from a name to a slot; slots in all
VISITS = 3  # of one object, by different ways
LARGEST = 4_000_000  # numbers in one slot; larger ones are left alone
ATOMS = (str, bytes, bool, type(None), ModuleType, BuiltinFunctionType, MethodType)


class Opened(list[Any]):
    """A tuple made into a list, so that its parts can be put; never one slot itself."""


class Place(NamedTuple):
    """`holder[key]`, `holder.key` or a closure's cell; `inside`: the way through tuples there."""

    holder: Any
    key: Any
    how: str  # "item" | "attr" | "cell"
    inside: tuple[int, ...] = ()

    def put(self, value: Any) -> None:
        if self.how == "item":
            self.holder[self.key] = _within(self.holder[self.key], self.inside, value)
        elif self.how == "attr":
            old = getattr(self.holder, self.key)
            object.__setattr__(self.holder, self.key, _within(old, self.inside, value))
        else:
            old = self.holder.cell_contents
            self.holder.cell_contents = _within(old, self.inside, value)


def _within(whole: Any, inside: tuple[int, ...], value: Any) -> Any:
    """The tuple with another value in it; tuples can't be changed, so it is a new one."""
    if not inside:
        return value
    parts = list(whole)
    parts[inside[0]] = _within(parts[inside[0]], inside[1:], value)
    return type(whole)(*parts) if hasattr(whole, "_fields") else tuple(parts)


@dataclass
class Slot:
    """One place that holds numbers. `holder[key]`, or `holder.key`, is the object itself."""

    label: str
    kind: str  # "array" | "list" | "number"
    value: Any
    places: list[Place] = field(default_factory=list)
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
        for place in self.places:
            place.put(value)

    def put(self, numbers: Array) -> None:
        """New numbers of the same shape: into the same object where its type holds them."""
        if self.kind == "number":
            self.replace(numbers.item())
        elif self.kind == "list":
            _fill(self.value, numbers.tolist())
        elif (
            np.can_cast(numbers.dtype, self.value.dtype, "same_kind") and self.value.flags.writeable
        ):
            self.value[...] = numbers
        else:
            self.replace(numbers.copy())


def slots(*roots: dict[str, Any], known: Container[str] = ()) -> dict[str, Slot]:
    """Every slot that the names lead to, by its label: a known one, or the shortest way."""
    found: dict[int, Slot] = {}
    met: Counter[int] = Counter()
    queue: list[tuple[str, Place, Any, int]] = [
        (name, Place(names, name, "item"), value, 0)
        for names in roots
        for name, value in names.items()
    ]
    while queue and len(found) < MOST:
        label, place, value, depth = queue.pop(0)
        kind = kind_of(value)
        if kind == "number" or (kind and id(value) not in found):
            slot = Slot(label, kind, value, [place], [label])
            found[id(slot) if kind == "number" else id(value)] = slot
        elif kind:
            found[id(value)].places.append(place)
            found[id(value)].labels.append(label)
        elif depth < DEEPEST and met[id(value)] < VISITS:
            met[id(value)] += 1
            queue += [(label + tail, p, v, depth + 1) for tail, p, v in _children(value, place)]
    named: dict[str, Slot] = {}
    for slot in found.values():
        slot.label = next((label for label in slot.labels if label in known), slot.label)
        named.setdefault(slot.label, slot)
    return named


def kind_of(value: Any) -> str:
    if isinstance(value, np.ndarray):
        fits = value.dtype.kind in "fiub" and 0 < value.size <= LARGEST and value.ndim <= 4
        return "array" if fits else ""
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return "number"
    return "list" if type(value) is list and _shape(value) else ""


def _shape(value: Any) -> tuple[int, ...] | None:
    """Of nested lists of numbers that form a rectangle, or None."""
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return ()
    if type(value) is not list or not value or len(value) > 100_000:
        return None
    first = _shape(value[0])
    if first is None or any(_shape(item) != first for item in value[1:]):
        return None
    return (len(value), *first)


def _children(value: Any, at: Place) -> Iterator[tuple[str, Place, Any]]:
    if isinstance(value, dict):
        for key, each in list(value.items())[:MOST]:
            yield f"[{key!r}]", Place(value, key, "item"), each
    elif isinstance(value, list) or (isinstance(value, np.ndarray) and value.dtype == object):
        for k, each in enumerate(value[:MOST]):
            yield f"[{k}]", Place(value, k, "item"), each
    elif isinstance(value, tuple):
        for k, each in enumerate(value[:MOST]):
            yield f"[{k}]", at._replace(inside=(*at.inside, k)), each
    elif isinstance(value, FunctionType):
        for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=False):
            with suppress(ValueError):  # an empty cell
                yield f".<{name}>", Place(cell, name, "cell"), cell.cell_contents
    elif not isinstance(value, (*ATOMS, type)) and hasattr(value, "__dict__"):
        for name, each in list(vars(value).items()):
            yield f".{name}", Place(value, name, "attr"), each


def _fill(holder: Any, numbers: list[Any]) -> None:
    for at, number in enumerate(numbers):
        if isinstance(number, list):
            _fill(holder[at], number)
        else:
            holder[at] = number
