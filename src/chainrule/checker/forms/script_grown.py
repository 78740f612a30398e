"""Weights and biases that have another shape after a turn than before it."""

from __future__ import annotations

import numpy as np

from chainrule.checker.forms.script_layers import Found, Numbers
from chainrule.checker.forms.script_world import Turn
from chainrule.checker.observation import Layer
from chainrule.core.dense import Array


def grown(turn: Turn, slots: set[str]) -> dict[str, str]:
    """ "b has (1, 1), after the step it has (4, 1)" for every slot of which that is true."""
    found = {}
    for label in sorted(slots & turn.before.keys() & turn.after.keys()):
        old, new = turn.before[label].shape, turn.after[label].shape
        if int(np.prod(old)) != int(np.prod(new)):
            found[label] = f"{label} has {old}, after the step it has {new}"
    return found


def left_out(
    after: tuple[Layer, ...], found: tuple[Found, ...], numbers: Numbers, labels: set[str]
) -> tuple[Layer, ...] | None:
    """The layers after a turn without their grown biases; None where a matrix has grown."""
    if any(labels & _labels(numbers, one.ids) for one in found):
        return None
    return tuple(
        layer._replace(b=None)
        if one.bias is not None and labels & _labels(numbers, one.bias)
        else layer
        for layer, one in zip(after, found, strict=True)
    )


def _labels(numbers: Numbers, ids: Array) -> set[str]:
    return {numbers.slot(int(n)) for n in ids.ravel()}
