"""Readings in NumPy's own arrays and Python's own numbers, as transport needs them.

A program's arrays may be tracked, of a class of its own, or of a dtype that no other machine knows.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from chainrule.checker.forms.script_tape import strip
from chainrule.checker.observation import Call, Layer, Own, Reading, Step
from chainrule.checker.transport import DTYPES
from chainrule.core.dense import Array


def plain(reading: Reading) -> Reading:
    """The same reading; what isn't numbers among the things seen is left out."""
    return reading._replace(
        calls=tuple(_call(call) for call in reading.calls), start=_layers(reading.start),
        settings={name: float(value) for name, value in reading.settings.items()},
    )  # fmt: skip


def plain_own(own: Own) -> Own:
    """The same, of how a program trains by itself."""
    return own._replace(
        x=_optional(own.x), y=_optional(own.y), steps=tuple(map(_step, own.steps)),
        starts=tuple(tuple(_layer(one) for one in start) for start in own.starts),
        learning_rate=_number(own.learning_rate), turns=tuple(int(n) for n in own.turns),
    )  # fmt: skip


def _step(step: Step) -> Step:
    return Step(
        _array(step.x), _array(step.y),
        tuple(map(_layer, step.before)), tuple(map(_layer, step.after)),
    )  # fmt: skip


def _call(call: Call) -> Call:
    return call._replace(
        x=_array(call.x), y=_array(call.y),
        before=tuple(_layer(one) for one in call.before), after=_layers(call.after),
        gradients=_perhaps(call.gradients), numeric=_perhaps(call.numeric),
        outputs=_optional(call.outputs), hidden=tuple(_optional(one) for one in call.hidden),
        loss=_number(call.loss), learning_rate=_number(call.learning_rate),
        rows_in_all=None if call.rows_in_all is None else int(call.rows_in_all),
        seen=_seen(call.seen),
    )  # fmt: skip


def _seen(values: dict[str, Any]) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for name, value in values.items():
        with suppress(TypeError, ValueError, OverflowError):
            found[str(name)] = _array(value)
    return found


def _array(value: Any) -> Array:
    """A copy; its dtype stays if it is one of transport's, and becomes float otherwise."""
    bare: Array = np.array(strip(value), subok=False)
    return bare if bare.dtype.newbyteorder("<").str in DTYPES else bare.astype(float)


def _optional(value: Array | None) -> Array | None:
    return None if value is None else _array(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(np.asarray(strip(value), dtype=float).item())


def _layer(layer: Layer) -> Layer:
    return Layer(_array(layer.W), _optional(layer.b))


def _layers(layers: tuple[Layer, ...] | None) -> tuple[Layer, ...] | None:
    return None if layers is None else tuple(_layer(one) for one in layers)


def _perhaps(layers: tuple[Layer | None, ...] | None) -> tuple[Layer | None, ...] | None:
    return None if layers is None else tuple(one and _layer(one) for one in layers)
