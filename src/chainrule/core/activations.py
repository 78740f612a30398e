"""Activations: one row each, one or two lines a row.

Every formula also runs on complex numbers (gradcheck stands on it): branches look at the real
part, and nothing here calls abs, sign or clip.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.error_function import erfc
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
NORMAL_AT_0 = 1 / math.sqrt(2 * math.pi)  # the density of N(0, 1) there
FAR = 40  # from there on φ(z) and sigmoid of 2 u are 0 or 1; z² of a larger z may overflow
LEAK = 0.01  # what a leaky relu lets through below 0


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-np.maximum(z, LOWEST[z.dtype.char])))


def _exp(z: Array) -> Array:
    return np.exp(np.minimum(z, -LOWEST[z.dtype.char]))


def _elu(z: Array) -> Array:
    return np.where(z.real > 0, z, np.expm1(np.minimum(z, 0)))


def _softplus(z: Array) -> Array:
    """log(1 + exp z), rearranged so that exp can't overflow."""
    positive = z.real > 0
    return np.where(positive, z, 0) + np.log1p(np.exp(np.where(positive, -z, z)))


def _silu_slope(z: Array, a: Array) -> Array:
    s = _sigmoid(z)
    return s + a * (1 - s)  # type: ignore[no-any-return]


def _gelu(z: Array) -> Array:
    return z * _normal_below(z)


def _gelu_slope(z: Array, a: Array) -> Array:
    """(z Φ(z))′ = Φ(z) + z φ(z), for Φ′ = φ, the density."""
    near = _within(z)
    return _normal_below(z) + near * (NORMAL_AT_0 * np.exp(-0.5 * near * near))


def _normal_below(z: Array) -> Array:
    """Φ(z), the share of N(0, 1) that lies below z."""
    return 0.5 * erfc(z * -math.sqrt(0.5))


def _gelu_tanh(z: Array) -> Array:
    return z * _sigmoid(_steep(z))


def _gelu_tanh_slope(z: Array, a: Array) -> Array:
    near = _within(z)
    s, steeper = _sigmoid(_steep(z)), 4 * NORMAL_AT_0 * (1 + 3 * 0.044715 * near * near)
    return s + near * s * (1 - s) * steeper  # type: ignore[no-any-return]


def _steep(z: Array) -> Array:
    """2 √(2 / π) (z + 0.044715 z³): sigmoid of it is near to Φ(z)."""
    near = _within(z)
    return 4 * NORMAL_AT_0 * (near + 0.044715 * near * near * near)


def _within(z: Array) -> Array:
    return np.maximum(np.minimum(z, FAR), -FAR)


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
leaky_relu = Activation(
    "leaky_relu", f"a = z where z > 0, else {LEAK} z", lambda z: np.where(z.real > 0, z, LEAK * z),
    slope=lambda z, a: np.where(z.real > 0, 1, LEAK).astype(z.dtype), kinks=(0.0,),
)  # fmt: skip
elu = Activation(
    "elu", "a = z where z > 0, else exp(z) − 1", _elu,
    slope=lambda z, a: np.where(z.real > 0, 1, a + 1),
)  # fmt: skip
softplus = Activation(
    "softplus", "a = log(1 + exp(z))", _softplus, slope=lambda z, a: _sigmoid(z)
)  # fmt: skip
silu = Activation("silu", "a = z sigmoid(z)", lambda z: z * _sigmoid(z), slope=_silu_slope)
gelu = Activation("gelu", "a = z erfc(−z / √2) / 2", _gelu, slope=_gelu_slope)
gelu_tanh = Activation(
    "gelu_tanh", "a = z sigmoid(2 u), u = √(2 / π) (z + 0.044715 z³)", _gelu_tanh,
    slope=_gelu_tanh_slope,
)  # fmt: skip
exp = Activation("exp", "a = exp(z)", _exp, slope=lambda z, a: a, output_only=True)
softmax = Activation(
    "softmax", "aⱼ = exp(zⱼ) / Σₖ exp(zₖ)", lambda z: np.exp(log_softmax(z)),
    slope=None, output_only=True,
)  # fmt: skip


def _named(name: str) -> Activation:
    return look_up(ACTIVATIONS, "activation", name)


_ROWS = (
    identity, sigmoid, tanh, relu, leaky_relu, elu, softplus, silu, gelu, gelu_tanh, exp, softmax,
)  # fmt: skip
ACTIVATIONS = {row.name: row for row in _ROWS}
