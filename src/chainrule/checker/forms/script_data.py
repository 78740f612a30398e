"""Generic numbers in the place of a script's own data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from chainrule.checker import probes
from chainrule.checker.forms.script_layers import Net
from chainrule.checker.forms.script_moment import World
from chainrule.checker.forms.script_slots import Slot
from chainrule.checker.forms.script_world import Turn, places
from chainrule.checker.observation import Layer
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array

WIDE = 3  # as many inputs leave N(0, 1) weights as they are
LARGE = 3.0  # data wider than this keep their width: pixels from 0 to 255


class Data(NamedTuple):
    """Where the data are, as the first tape shows."""

    x: frozenset[str]
    y: frozenset[str]
    outputs: int
    inputs: int


def data_of(net: Net, weights: set[str]) -> Data:
    outputs, inputs = net.layers[-1].ids.shape[1], net.layers[0].ids.shape[0]
    return Data(net.x_slots - weights, net.y_slots - weights, outputs, inputs)


def fill(world: World, data: Data, probe: Probe) -> None:
    """Generic x and y, where they are slots of their own; no two slots the same numbers."""
    here = places(world)
    xs = [slot for label in sorted(data.x - data.y) for slot in _alike(here, label)]
    for slot, generic in zip(xs, _rows(xs, probe, probes.inputs), strict=True):
        slot.put(_inputs(slot.array, _ones(slot.array, here), generic))
    ys = [slot for label in sorted(data.y - data.x) for slot in _alike(here, label)]
    for at, (slot, generic) in enumerate(zip(ys, _rows(ys, probe, probes.columns), strict=True)):
        slot.put(_targets(slot.array, data.outputs, probe, at, generic))


def _rows(found: list[Slot], probe: Probe, make: Callable[..., Array]) -> list[Array]:
    """Generic numbers for each slot: those of one size are the rows of one table."""
    sizes = Counter(slot.array.size for slot in found)
    tables = {size: iter(make(probe, size, count)) for size, count in sizes.items()}
    return [next(tables[slot.array.size]).reshape(slot.array.shape) for slot in found]


def _alike(here: dict[str, Slot], label: str) -> list[Slot]:
    """The slot; or those of the loop's next values, which the next turns take."""
    start = "the loop's value["
    if not label.startswith(start):
        return [here[label]] if label in here else []
    tail = label[len(start) :].partition("]")[2]
    labels = (f"{start}{at}]{tail}" for at in range(3))
    return [here[name] for name in labels if name in here]


def _inputs(own: Array, ones: Array, generic: Array) -> Array:
    width = float(np.std(own)) if own.size > 1 else 1.0
    return np.where(ones, 1.0, generic * (width if width > LARGE else 1.0))


def _ones(own: Array, here: dict[str, Slot]) -> Array:
    """Where x holds the 1 that the bias is multiplied with."""
    table = own
    if own.ndim < 2 or 1 in own.shape:
        tables = [slot.array for slot in here.values() if slot.array.ndim == 2]
        tables = [t for t in tables if own.size in t.shape and 1 not in t.shape]
        table = next((t for t in tables if _holds(t, own.ravel())), own)
        if table is own:
            return np.zeros(own.shape, dtype=bool)
        lines = table if table.shape[1] == own.size else table.T
        return np.asarray(np.all(lines == 1, axis=0)).reshape(own.shape)
    return np.asarray(np.all(own == 1, axis=0)[None, :] | np.all(own == 1, axis=1)[:, None])


def _holds(table: Array, row: Array) -> bool:
    lines = table if table.shape[1] == row.size else table.T
    return bool(np.any(np.all(lines == row, axis=1)))


def _targets(own: Array, outputs: int, probe: Probe, at: int, generic: Array) -> Array:
    """One-hot rows stay one-hot rows, labels stay labels; other numbers become generic."""
    if outputs > 1:
        for axis in range(own.ndim):
            if own.shape[axis] == outputs and _one_hot(own, axis):
                return _new_one_hot(own, axis, probe, at)
        if outputs not in own.shape or (own.ndim == 1 and own.size != outputs):
            return own  # labels
    return generic


def _one_hot(own: Array, axis: int) -> bool:
    return bool(np.isin(own, (0, 1)).all() and (own.sum(axis=axis) == 1).all())


def _new_one_hot(own: Array, axis: int, probe: Probe, at: int) -> Array:
    rows = own.size // own.shape[axis]
    labels = probes.labels(probe, own.shape[axis], rows + at)[at:]
    eye: Array = np.eye(own.shape[axis])[labels]
    return eye.T.reshape(own.shape) if axis == 0 and own.ndim == 2 else eye.reshape(own.shape)


def fitted(weights: tuple[Layer, ...], probe: Probe) -> tuple[Layer, ...]:
    """Smaller where many feed a unit: saturated outputs hide mistakes behind their clipping."""
    if probe.spread > 1:
        return weights
    return tuple(Layer(one.W * min(1.0, (WIDE / one.W.shape[0]) ** 0.5), one.b) for one in weights)


def changed(turn: Turn, data: Data) -> tuple[str, ...]:
    """Data the turn wrote into; another order of the rows is no change."""
    both = (("x", data.x), ("y", data.y))
    return tuple(
        name for name, labels in both
        if any(
            label in turn.after and label in turn.before
            and turn.after[label].shape == turn.before[label].shape
            and not _permuted(turn.after[label], turn.before[label])
            for label in labels if not label.startswith("the loop")
        )
    )  # fmt: skip


def _permuted(one: Array, other: Array) -> bool:
    return bool(np.array_equal(np.sort(one.ravel()), np.sort(other.ravel())))
