"""Activations: one row each, one or two lines a row.

Every formula also runs on complex numbers (gradcheck stands on it): branches look at the real
part, and nothing here calls abs, sign or clip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.tables import look_up


@dataclass(frozen=True, repr=False)
class Activation:
    """A function from a layer's z (n, units) to its a (n, units), and its slope.

    forward    a  = f(z)
    backward   dz = da · f′(z)                  where every number goes its own way
               dz = a · (da − Σⱼ da·a)          softmax, which mixes the numbers of a row
    """

    name: str
    formula: str
    f: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array] | None  # slope(z, a): after forward both are at hand
    kinks: tuple[float, ...] = ()  # where f′ does not exist; the checks step around these
    output_only: bool = False

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        dz: Array
        if self.slope is None:
            dz = a * (da - (da * a).sum(axis=1, keepdims=True))
        else:
            dz = da * self.slope(z, a)
        return dz

    def __repr__(self) -> str:
        return repr(self.name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _named, (self.name,)  # copies and other processes find the row by its name


LOWEST = {"f": -87, "d": -700, "D": -700}  # exp(−z) of a smaller z would overflow


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-np.maximum(z, LOWEST[z.dtype.char])))


def log_softmax(z: Array) -> Array:
    """log(exp z / Σⱼ exp z) of each row, by itself.

    z (n, classes). Subtracting a row's largest number changes nothing, and exp can't overflow.
    """
    shifted = z - z.real.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # type: ignore[no-any-return]


identity = Activation("identity", "a = z", lambda z: z, slope=lambda z, a: np.ones_like(z))
sigmoid = Activation("sigmoid", "a = 1 / (1 + exp(−z))", _sigmoid, slope=lambda z, a: a * (1 - a))
tanh = Activation("tanh", "a = tanh(z)", np.tanh, slope=lambda z, a: 1 - a * a)
relu = Activation(
    "relu", "a = max(z, 0)", lambda z: np.maximum(z, 0),
    slope=lambda z, a: (z.real > 0).astype(z.dtype), kinks=(0.0,),
)  # fmt: skip
softmax = Activation(
    "softmax", "aⱼ = exp(zⱼ) / Σₖ exp(zₖ)", lambda z: np.exp(log_softmax(z)),
    slope=None, output_only=True,
)  # fmt: skip


def _named(name: str) -> Activation:
    return look_up(ACTIVATIONS, "activation", name)


ACTIVATIONS = {row.name: row for row in (identity, sigmoid, tanh, relu, softmax)}
