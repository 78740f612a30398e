"""Gradients by their names: arrays of the program that, times the learning rate, are the step."""

from __future__ import annotations

import numpy as np

from chainrule.checker.forms.script_layers import Found
from chainrule.checker.forms.script_world import Turn, layers
from chainrule.checker.observation import Layer
from chainrule.core.dense import Array


class Gradients:
    """What the program calls the gradients of its weights; learned from the first turn."""

    def __init__(self, labels: set[str]) -> None:
        self.labels = sorted(labels)
        self.names: dict[str, str] | None = None

    def of(
        self, turn: Turn, found: tuple[Found, ...], rate: float | None
    ) -> tuple[Layer | None, ...] | None:
        """Those of every tensor; None where some have no name: the step tells more than a part."""
        if rate is None:
            return None
        if self.names is None:
            every = {label: _named(label, turn, rate) for label in self.labels}
            self.names = {label: name for label, name in every.items() if name}
        values = {
            label: _shaped(turn.seen.numbers[name], turn.before[label])
            for label, name in self.names.items()
            if name in turn.seen.numbers and _is_gradient(label, name, turn, rate)
        }
        read = layers(found, turn.numbers, values)
        return read if values and all(_complete(layer) for layer in read) else None


def _named(label: str, turn: Turn, rate: float) -> str | None:
    """Names that say so first."""
    names = [n for n in turn.seen.numbers if _is_gradient(label, n, turn, rate)]
    return min(names, key=lambda name: not name.lstrip("self.").startswith("d"), default=None)


def _is_gradient(label: str, name: str, turn: Turn, rate: float) -> bool:
    if label not in turn.after or turn.after[label].shape != turn.before[label].shape:
        return False
    step, value = turn.before[label] - turn.after[label], turn.seen.numbers[name]
    fits = _alike(value.shape, step.shape) and value.dtype.kind == "f" and step.any()
    return bool(fits and np.allclose(rate * _shaped(value, step), step, rtol=1e-9, atol=1e-12))


def _alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """The same but for axes of one."""
    return [n for n in one if n != 1] == [n for n in other if n != 1]


def _shaped(value: Array, like: Array) -> Array:
    return value.reshape(like.shape)


def _complete(layer: Layer) -> bool:
    tensors = (layer.W, layer.b) if layer.b is not None else (layer.W,)
    return all(np.isfinite(tensor).all() for tensor in tensors)
