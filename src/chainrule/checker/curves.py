"""Activations that learners use, the right slope of each, and the wrong ones that are met.

A slope is a function of (z, a). Numbers that learners choose, such as the slope of a leaky ReLU,
are rows of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from chainrule.core import activations as core
from chainrule.core.dense import Array

Slope = Callable[[Array, Array], Array]


class Curve(NamedTuple):
    """a = f(z), elementwise, and a = f(z)'s slope by z."""

    name: str
    f: Callable[[Array], Array]
    slope: Slope
    formula: str  # of the slope, f′


def _sigmoid_slope(z: Array, a: Array) -> Array:
    return np.asarray(a * (1 - a))


def _step(z: Array, low: float) -> Array:
    return np.asarray(np.where(z > 0, 1.0, low))


def _leaky(low: float) -> Curve:
    return Curve(
        f"leaky ReLU {low:g}",
        lambda z: np.where(z > 0, z, low * z),
        lambda z, a: _step(z, low),
        f"1 where z > 0, else {low:g}",
    )


def _elu(low: float) -> Curve:
    return Curve(
        f"ELU {low:g}",
        lambda z: np.where(z > 0, z, low * np.expm1(np.minimum(z, 0))),
        lambda z, a: np.where(z > 0, 1.0, low * np.exp(np.minimum(z, 0))),
        "1 where z > 0, else a + alpha",
    )


def _scaled_sigmoid(steep: float, low: float, high: float, name: str) -> Curve:
    """low + (high − low) · sigmoid(steep · z)"""
    reach = high - low

    def f(z: Array) -> Array:
        return np.asarray(low + reach * core.sigmoid.f(steep * z))

    def slope(z: Array, a: Array) -> Array:
        s = core.sigmoid.f(steep * z)
        return np.asarray(reach * steep * s * (1 - s))

    return Curve(name, f, slope, "its own")


def _scaled_tanh(z: Array) -> Array:
    return np.asarray(1.7159 * np.tanh(2 / 3 * z))


def _gelu_inner(z: Array) -> Array:
    return np.asarray(np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


def _gelu_slope(z: Array, a: Array) -> Array:
    t = _gelu_inner(z)
    inner = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z * z)
    return np.asarray(0.5 * (1 + t) + 0.5 * z * (1 - t * t) * inner)


def _swish_slope(z: Array, a: Array) -> Array:
    s = core.sigmoid.f(z)
    return np.asarray(s + z * s * (1 - s))


sigmoid = Curve("sigmoid", core.sigmoid.f, _sigmoid_slope, "a (1 − a)")
tanh = Curve("tanh", np.tanh, lambda z, a: 1 - a * a, "1 − a²")
relu = Curve(
    "ReLU", lambda z: np.maximum(z, 0), lambda z, a: _step(z, 0.0), "1 where z > 0, else 0"
)
identity = Curve("identity", lambda z: z, lambda z, a: np.ones_like(z), "1")

CURVES: dict[str, Curve] = {
    curve.name: curve
    for curve in (
        sigmoid, tanh, relu, *map(_leaky, (0.01, 0.1, 0.2, 0.001, 0.05, 0.3)), identity,
        _elu(1.0), _elu(0.1),
        Curve("softplus", lambda z: np.logaddexp(0, z), lambda z, a: core.sigmoid.f(z),
              "sigmoid(z)"),
        Curve("swish", lambda z: z * core.sigmoid.f(z), _swish_slope, "s + z s (1 − s)"),
        Curve("GELU", core.gelu.f, lambda z, a: core.gelu.backward(np.ones_like(z), z, a),
              "Φ(z) + z φ(z)"),
        Curve("GELU (tanh form)", lambda z: 0.5 * z * (1 + _gelu_inner(z)), _gelu_slope, "its own"),
        Curve("sine", np.sin, lambda z, a: np.cos(z), "cos z"),
        Curve("arctan", np.arctan, lambda z, a: 1 / (1 + z * z), "1 / (1 + z²)"),
        Curve("softsign", lambda z: z / (1 + abs(z)), lambda z, a: (1 + abs(z)) ** -2.0,
              "1 / (1 + |z|)²"),
        Curve("scaled tanh", _scaled_tanh,
              lambda z, a: 1.7159 * 2 / 3 * (1 - np.tanh(2 / 3 * z) ** 2), "its own"),
        _scaled_sigmoid(1, -1, 1, "bipolar sigmoid"),
        Curve("square", lambda z: z * z, lambda z, a: 2 * z, "2 z"),
        Curve("exp", np.exp, lambda z, a: a, "a"),
        Curve("Gaussian", lambda z: np.exp(-z * z), lambda z, a: -2 * z * a, "−2 z a"),
    )
}  # fmt: skip
USUAL = ("sigmoid", "tanh", "ReLU", "leaky ReLU 0.01")


class WrongSlope(NamedTuple):
    """A slope that isn't f′(z)."""

    id: int
    formula: str
    slope: Slope


def _swapped(low: float, z: Array, a: Array) -> Array:
    return np.where(z > 0, low, 1.0)


def _other(curve: Curve, z: Array, a: Array) -> Array:
    return curve.slope(z, curve.f(z))


def _other_of_output(curve: Curve, z: Array, a: Array) -> Array:
    return curve.slope(a, curve.f(a))


def wrong_slopes(curve: Curve) -> list[WrongSlope]:
    """The wrong slopes that are met for this activation, the most frequent first."""
    found = [WrongSlope(29, "f′(a)", lambda z, a: curve.slope(a, curve.f(a)))]
    forms = {
        "sigmoid": _wrong_for_sigmoid, "tanh": _wrong_for_tanh, "ReLU": _wrong_for_relu
    }  # fmt: skip
    specific = forms.get(curve.name, _wrong_for_leaky if "leaky" in curve.name else list)
    found += specific()
    found.append(WrongSlope(32, "1 (f′ is missing)", lambda z, a: np.ones_like(z)))
    also = ("leaky ReLU 0.1",) if curve.name == "identity" else ()
    others = [CURVES[name] for name in (*USUAL, *also, "identity") if name != curve.name]
    for other in others:
        number = 2 if curve.name == "identity" else 3
        if other.name == "identity":
            continue
        found.append(WrongSlope(number, f"{other.name}′(z)", partial(_other, other)))
        found.append(WrongSlope(number, f"{other.name}′ = {other.formula}, with this layer's a",
                                other.slope))  # fmt: skip
        found.append(WrongSlope(3, f"{other.name}′(a)", partial(_other_of_output, other)))
    return found


def _wrong_for_sigmoid() -> list[WrongSlope]:
    return [
        WrongSlope(30, "z (1 − z)", lambda z, a: z * (1 - z)),
        WrongSlope(31, "1 − a", lambda z, a: 1 - a),
        WrongSlope(31, "a", lambda z, a: a),
        WrongSlope(31, "a (1 + a)", lambda z, a: a * (1 + a)),
        WrongSlope(31, "a (a − 1)", lambda z, a: a * (a - 1)),
        WrongSlope(31, "a²", lambda z, a: a * a),
        WrongSlope(31, "a² (1 − a)", lambda z, a: a * a * (1 - a)),
        WrongSlope(31, "a (1 − a)²", lambda z, a: a * (1 - a) ** 2),
        WrongSlope(31, "a (1 − z)", lambda z, a: a * (1 - z)),
        WrongSlope(31, "z (1 − a)", lambda z, a: z * (1 - a)),
        WrongSlope(31, "exp(z) / (1 + exp(z))²  without the minus, exp(−z)",
                   lambda z, a: np.exp(-z) / (1 + np.exp(-z))),
        WrongSlope(31, "(1 − a)²", lambda z, a: (1 - a) ** 2),
    ]  # fmt: skip


def _wrong_for_tanh() -> list[WrongSlope]:
    return [
        WrongSlope(30, "1 − z²", lambda z, a: 1 - z * z),
        WrongSlope(31, "1 + a²", lambda z, a: 1 + a * a),
        WrongSlope(31, "−a²", lambda z, a: -a * a),
        WrongSlope(31, "a²", lambda z, a: a * a),
        WrongSlope(31, "a", lambda z, a: a),
        WrongSlope(31, "1 − a", lambda z, a: 1 - a),
        WrongSlope(31, "a² − 1", lambda z, a: a * a - 1),
        WrongSlope(31, "1 / cosh z", lambda z, a: np.sqrt(np.maximum(1 - a * a, 0))),
        WrongSlope(31, "(1 − a²)²", lambda z, a: (1 - a * a) ** 2),
    ]


def _wrong_for_relu() -> list[WrongSlope]:
    return [
        WrongSlope(34, "the mask upside down: 1 where z < 0", lambda z, a: 1 - _step(z, 0.0)),
        WrongSlope(31, "z where z > 0 (ReLU itself)", lambda z, a: a),
        WrongSlope(31, "1 where z > 0, else −1", lambda z, a: _step(z, -1.0)),
        WrongSlope(31, "1 where z > 1, else 0", lambda z, a: np.where(z > 1, 1.0, 0.0)),
        *(WrongSlope(3, f"that of a leaky ReLU, {low:g} below zero", _leaky(low).slope)
          for low in (0.01, 0.1, 0.2)),
    ]  # fmt: skip


def _wrong_for_leaky() -> list[WrongSlope]:
    return [
        WrongSlope(36, "that of plain ReLU: 0 below zero", lambda z, a: _step(z, 0.0)),
        WrongSlope(34, "the mask upside down", lambda z, a: 1 - _step(z, 0.0)),
        *(WrongSlope(34, f"the mask upside down: {low:g} above zero", partial(_swapped, low))
          for low in (0.01, 0.1, 0.2)),
        WrongSlope(31, "f itself", lambda z, a: a),
        *(WrongSlope(31, f"another slope below zero: {low:g}", _leaky(low).slope)
          for low in (0.01, 0.1, 0.2, -1.0)),
    ]  # fmt: skip
