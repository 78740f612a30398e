"""Single turns with chosen numbers: put them in, run, and read what the network did."""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms import script_tape
from chainrule.checker.forms.script_layers import Found, Net, Numbers
from chainrule.checker.forms.script_moment import Seen, World
from chainrule.checker.forms.script_names import SETTING, last_name
from chainrule.checker.forms.script_samples import read
from chainrule.checker.forms.script_slots import Slot, slots
from chainrule.checker.forms.script_tape import Tracked
from chainrule.checker.observation import Layer
from chainrule.core.dense import Array

VALUE = "the loop's value"
SIZES = re.compile(r"(?i)size|layer|shape|dim|^n_|_n$|num|units|neurons|topology|structure|epoch")
ROW = re.compile(r"\[\d+\]\[\d+\]$")
MADE = ("zeros", "ones", "empty", "full", "array", "asarray")


class Turn(NamedTuple):
    """One turn with a tape."""

    before: dict[str, Array]
    after: dict[str, Array]
    seen: Seen
    net: Net | None
    numbers: Numbers


def places(world: World) -> dict[str, Slot]:
    values = {} if _counts(world.values) else {VALUE: world.values}
    return slots(values, world.locals, world.globals, known=world.moment.known)


def _counts(values: list[Any]) -> bool:
    """A loop over numbers: `for epoch in range(...)`."""
    return all(isinstance(value, int | float | np.number | str) for value in values)


def tracked_turn(
    world: World, code: CodeType, path: str, changed: set[str], wide: bool = True
) -> Turn:
    """Runs one turn with the slots tracked, and reads the tape.

    wide: lists and single numbers that do not change are tracked, too.
    """
    _plain(world)
    here = places(world)
    before = {label: slot.array for label, slot in here.items()}
    now = {label: array.size for label, array in before.items()}
    numbers = Numbers(
        world.moment.known | {k: v for k, v in now.items() if k not in world.moment.known}
    )
    for label, slot in here.items():
        if slot.places and (slot.kind == "array" or label in changed or (wide and _data(slot))):
            slot.replace(script_tape.leaf(slot.value, label))
    tape = script_tape.start()
    try:
        with _numpy_tracks(world.moment.module):
            seen = world.turn(code, path)
    finally:
        script_tape.stop()
        _plain(world)
    after = {label: slot.array for label, slot in places(world).items()}
    return Turn(before, after, seen, read(tape, numbers, changed), numbers)


def _data(slot: Slot) -> bool:
    """A list or a number that may be data: not the sizes of layers, not a setting."""
    if slot.kind == "number":
        inside = ROW.search(slot.label)  # rows[3][1]: a label in a table
        return bool(not slot.whole or inside) and not SETTING.search(last_name(slot.label))
    return slot.array.ndim > 1 or not SIZES.search(slot.label)


def _plain(world: World) -> None:
    """Tracked arrays become NumPy's own again, single numbers Python's."""
    for slot in places(world).values():
        if isinstance(slot.value, Tracked):
            bare = slot.value.view(np.ndarray)
            slot.replace(bare.copy() if bare.ndim else bare.item())


def layers(
    found: tuple[Found, ...], numbers: Numbers, values: dict[str, Array]
) -> tuple[Layer, ...]:
    """The layers' numbers among the slots' values."""
    flat: Array = np.concatenate(
        [np.zeros(0), *(_flat(label, numbers, values) for label in numbers.labels)]
    )
    return tuple(
        Layer(flat[one.ids], None if one.bias is None else flat[one.bias]) for one in found
    )


def _flat(label: str, numbers: Numbers, values: dict[str, Array]) -> Array:
    """A slot's numbers; not-a-number where they are gone, or have another shape."""
    size = sizes(numbers)[label]
    value = values.get(label)
    if value is None or value.size != size:
        return np.full(size, np.nan)
    return value.ravel()


def sizes(numbers: Numbers) -> dict[str, int]:
    firsts = [*numbers.first.values(), numbers.total]
    return {label: firsts[at + 1] - firsts[at] for at, label in enumerate(numbers.labels)}


def put(world: World, found: tuple[Found, ...], numbers: Numbers, new: tuple[Layer, ...]) -> None:
    """Weights into their slots."""
    here = places(world)
    ids = np.concatenate(
        [one.ids.ravel() for one in found] + [one.bias for one in found if one.bias is not None]
    )
    flat = np.concatenate(
        [one.W.ravel() for one in new] + [one.b for one in new if one.b is not None]
    )
    for label in {numbers.slot(number) for number in ids}:
        first = numbers.first[label]
        array = here[label].array
        values = array.astype(float).ravel()
        mine = (ids >= first) & (ids < first + array.size)
        values[ids[mine] - first] = flat[mine]
        if here[label].kind == "array" and here[label].whole:
            values = np.rint(3 * values).astype(array.dtype)
        here[label].put(values.reshape(array.shape))


@contextmanager
def _numpy_tracks(module: dict[str, Any]) -> Any:
    """New arrays are tracked, so that what is written into them is not lost; so is math.exp."""
    swaps: dict[int, Any] = {}
    kept: list[tuple[Any, str, Any]] = []
    for name in MADE:
        swaps[id(getattr(np, name))] = _tracking(getattr(np, name))
        kept.append((np, name, getattr(np, name)))
    for name in ("exp", "tanh", "log", "sqrt", "pow", "fabs"):
        swaps[id(getattr(math, name))] = _for_both(name)
        kept.append((math, name, getattr(math, name)))
    changed = {key: value for key, value in module.items() if id(value) in swaps}
    for where, name, value in kept:
        setattr(where, name, swaps[id(value)])
    module.update({key: swaps[id(value)] for key, value in changed.items()})
    try:
        yield
    finally:
        for where, name, value in kept:
            setattr(where, name, value)
        module.update(changed)


def _tracking(make: Any) -> Any:
    def made(*args: Any, **kwargs: Any) -> Any:
        source = args[0] if args else None
        if isinstance(source, Tracked):
            node, where = source.node or script_tape.Node("", frozenset()), source.where
            value = make(script_tape.strip(source), *args[1:], **kwargs)
            if where is not None and where.size == value.size:
                where = where.reshape(value.shape)
            return script_tape.tracked(value, node, where)
        value = make(*script_tape.strip(args), **script_tape.strip_all(kwargs))
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
            return value
        parts = script_tape.gather(args)
        return script_tape.result("array", parts, value)

    return made


def _for_both(name: str) -> Any:
    """math.exp for numbers; for tracked numbers, NumPy's."""
    plain, tracked = getattr(math, name), getattr(np, {"pow": "power"}.get(name, name))

    def both(*args: Any) -> Any:
        if not any(isinstance(each, Tracked) for each in args):
            return plain(*args)
        return tracked(*args)

    return both
