"""The formulas of the core's rows, written a second time: one entry for each row of a table.

They stand here and not in the core, for they check it. An entry does the same operations in the
same order as its row, so that the bits agree; settings of a row arrive by name. Whoever adds a
row adds an entry: a test fails while one is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chainrule.core.activations import FAR, LEAK, LOWEST, NORMAL_AT_0
from chainrule.core.errors import UsageError
from chainrule.trace.expression import Expr, Leaf, Number, Quantity, expr
from chainrule.trace.functions import (
    Choice,
    Greatest,
    cos,
    erfc,
    exp,
    expm1,
    floor,
    log,
    log1p,
    maximum,
    sqrt,
    tanh,
)
from chainrule.trace.sums import Named, Stable, Sum

Formula = Callable[..., Expr]


@dataclass(frozen=True)
class Each:
    """An activation that takes every number alone: a = value(z), slope(z, a)."""

    value: Formula
    slope: Formula


@dataclass(frozen=True)
class Mixing:
    """An activation of a row: value(zⱼ, zₖ) and backward(aⱼ, daⱼ, aₖ, daₖ), with k for all."""

    value: Formula
    backward: Formula


@dataclass(frozen=True)
class Columns:
    """A loss on columns: share(q, y, a) of one output, slope(a, y) by q. q is z or a."""

    share: Formula
    slope: Formula


@dataclass(frozen=True)
class Labels:
    """A loss on labels: share(q, qₖ, a, aₖ) at the label's place, slope(a, k, label) at any. All
    take `classes`, how many there are, if they name it."""

    share: Formula
    slope: Formula


@dataclass(frozen=True)
class Update:
    """An optimiser: its new memory by name, then θ. All take what they name of
    theta, g, t, learning_rate, the settings, and the memory: before, then after the step."""

    next: Formula
    memory: Mapping[str, Formula] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost:
    """A penalty: what one weight costs, and the slope of that."""

    share: Formula
    slope: Formula


def positive(x: Expr, yes: Any, no: Any) -> Expr:
    return Choice(x, ">", Number(0), expr(yes), expr(no))


def size(x: Expr) -> Expr:
    """|x|"""
    return positive(x, x, -x)


def _lowest(z: Expr) -> float:
    """exp(−z) of a smaller z would overflow."""
    return LOWEST[z.found().value.dtype.char]


def sign(x: Expr) -> Expr:
    return positive(x, 1, positive(-x, -1, 0))


def _sigmoid(z: Expr) -> Expr:
    return Stable(1 / (1 + exp(-z)), 1 / (1 + exp(-maximum(z, _lowest(z)))))


def _softplus(z: Expr) -> Expr:
    large, small = positive(z, z, 0), log1p(exp(positive(z, -z, z)))
    return Stable(log(1 + exp(z)), large + small)


def _exp(z: Expr) -> Expr:
    top = z.found().value.dtype.type(-_lowest(z))
    return Stable(exp(z), exp(Choice(z, ">", Number(top), Number(top), z)))


def _normal_below(z: Expr) -> Expr:
    return Stable(erfc(-z / sqrt(2)) / 2, 0.5 * erfc(z * -math.sqrt(0.5)))


def _gelu_slope(z: Expr, a: Expr) -> Expr:
    shown = exp(-(z**2) / 2) / sqrt(2 * Leaf(Quantity("π"), math.pi, is_setting=True))
    near = _within(z)
    density = Stable(shown, NORMAL_AT_0 * exp(-0.5 * near * near))
    return Named("Φ(z)", _normal_below(z)) + z * Named("φ(z)", density)


def _within(z: Expr) -> Expr:
    """Squares of a larger z may overflow, and change nothing."""
    return maximum(-maximum(-z, -FAR), -FAR)


def _steep(z: Expr) -> Expr:
    def steep(z: Expr) -> Expr:
        return 4 * NORMAL_AT_0 * (z + 0.044715 * z * z * z)

    return Stable(steep(z), steep(_within(z)))


def _gelu_tanh_slope(z: Expr, a: Expr) -> Expr:
    def steeper(z: Expr) -> Expr:
        return 4 * NORMAL_AT_0 * (1 + 3 * 0.044715 * z * z)

    s, near = Named("s", _sigmoid(_steep(z))), _within(z)
    return s + Stable(a, near * s) * (1 - s) * Stable(steeper(z), steeper(near))


def _silu_slope(z: Expr, a: Expr) -> Expr:
    s = Named("s", _sigmoid(z))
    return s + a * (1 - s)


def _log_softmax(z: Expr, all_z: Expr) -> Expr:
    top = Greatest((all_z,))
    return (z - top) - log(Sum(("k",), exp(all_z - top)))


def _half_squared(q: Expr, y: Expr, a: Expr) -> Expr:
    return Stable((a - y) ** 2 / 2, 0.5 * (a - y) * (a - y))  # the square of 1e-162 is 0


def _smoothed(y: Expr, label_smoothing: Expr) -> Expr:
    e = label_smoothing
    return (1 - e) * y + e / 2 if e.found().value else y


def _binary_cross_entropy(z: Expr, y: Expr, a: Expr, label_smoothing: Expr) -> Expr:
    t = _smoothed(y, label_smoothing)
    large = positive(z, z, 0) - t * z
    return Stable(
        -(t * log(a)) - (1 - t) * log(1 - a), large + log1p(exp(positive(z, -z, z)))
    )  # fmt: skip


def _softmax_cross_entropy(
    z: Expr, all_z: Expr, a: Expr, all_a: Expr, label_smoothing: Expr, classes: Expr
) -> Expr:
    e, plain = label_smoothing, Stable(-log(a), -_log_softmax(z, all_z))
    if not e.found().value:
        return plain
    top = Greatest((all_z,))
    spread = log(Sum(("k",), exp(all_z - top))).found()
    each = all_z - _held(top.found().value) - _held(spread.value, spread.off)  # log aₖ
    mean = Stable(Sum(("k",), log(all_a)) / classes, Sum(("k",), each) / classes)
    return (1 - e) * plain - e * mean


def _held(value: Any, off: Any = 0.0) -> Leaf:
    """A number on the way that no letter changes."""
    return Leaf(Quantity("held"), value, is_setting=True, off=off)


def _softmax_slope(a: Expr, k: int, label: Expr, label_smoothing: Expr, classes: Expr) -> Expr:
    e = label_smoothing
    if not e.found().value:
        return a - Choice(label, "=", Number(k), Number(1), Number(0))
    return a - e / classes - Choice(label, "=", Number(k), 1 - e, Number(0))


def _huber(q: Expr, y: Expr, a: Expr, delta: Expr) -> Expr:
    e = a - y
    return Choice(size(e), ">", delta, delta * (size(e) - 0.5 * delta), _half_squared(q, y, a))


def _huber_slope(a: Expr, y: Expr, delta: Expr) -> Expr:
    e = a - y
    return Choice(e, ">", delta, delta, Choice(-e, ">", delta, -delta, e))


def _short_of_margin(a: Expr, y: Expr) -> Expr:
    return 1 - (2 * y - 1) * (2 * a - 1)


_ADAMS_MEMORY: dict[str, Formula] = {
    "m": lambda g, m, beta1, **_: beta1 * m + (1 - beta1) * g,
    "v": lambda g, v, beta2, **_: beta2 * v + (1 - beta2) * g * g,
}


def _adam(
    theta: Expr, m: Expr, v: Expr, t: Expr, learning_rate: Expr, beta1: Expr, beta2: Expr,
    eps: Expr, **_: Expr,
) -> Expr:  # fmt: skip
    m_hat, v_hat = Named("m̂", m / (1 - beta1**t)), Named("v̂", v / (1 - beta2**t))
    return theta - learning_rate * m_hat / (sqrt(v_hat) + eps)


def _adamw(theta: Expr, learning_rate: Expr, decay: Expr, **known: Expr) -> Expr:
    shrunk = (1 - learning_rate * decay) * theta
    return _adam(shrunk, learning_rate=learning_rate, **known)


ACTIVATIONS: dict[str, Each | Mixing] = {
    "identity": Each(lambda z: z, slope=lambda z, a: Number(1)),
    "sigmoid": Each(_sigmoid, slope=lambda z, a: a * (1 - a)),
    "tanh": Each(tanh, slope=lambda z, a: 1 - a**2),
    "relu": Each(lambda z: maximum(z, 0), slope=lambda z, a: positive(z, 1, 0)),
    "leaky_relu": Each(lambda z: positive(z, z, LEAK * z), lambda z, a: positive(z, 1, LEAK)),
    "elu": Each(
        lambda z: Stable(positive(z, z, exp(z) - 1), positive(z, z, expm1(z))),
        slope=lambda z, a: positive(z, 1, a + 1),
    ),
    "softplus": Each(_softplus, slope=lambda z, a: _sigmoid(z)),
    "silu": Each(lambda z: z * _sigmoid(z), _silu_slope),
    "gelu": Each(lambda z: z * _normal_below(z), _gelu_slope),
    "gelu_tanh": Each(lambda z: z * _sigmoid(_steep(z)), _gelu_tanh_slope),
    "exp": Each(_exp, slope=lambda z, a: a),
    "softmax": Mixing(
        lambda z, all_z: Stable(exp(z) / Sum(("k",), exp(all_z)), exp(_log_softmax(z, all_z))),
        backward=lambda a, da, all_a, all_da: a * (da - Sum(("k",), all_da * all_a)),
    ),
}

LOSSES: dict[str, Columns | Labels] = {
    "half_squared": Columns(_half_squared, slope=lambda a, y: a - y),
    "squared": Columns(lambda q, y, a: (a - y) ** 2, slope=lambda a, y: 2 * (a - y)),
    "absolute": Columns(lambda q, y, a: size(a - y), slope=lambda a, y: sign(a - y)),
    "huber": Columns(_huber, _huber_slope),
    "binary_cross_entropy": Columns(
        _binary_cross_entropy,
        slope=lambda a, y, label_smoothing: a - _smoothed(y, label_smoothing),
    ),
    "softmax_cross_entropy": Labels(_softmax_cross_entropy, _softmax_slope),
    "poisson": Columns(lambda z, y, a: a - y * z, slope=lambda a, y: a - y),
    "hinge": Columns(
        lambda z, y, a: maximum(_short_of_margin(a, y), 0),
        slope=lambda a, y: positive(_short_of_margin(a, y), 2 - 4 * y, 0),
    ),
}

OPTIMIZERS: dict[str, Update] = {
    "sgd": Update(lambda theta, g, learning_rate, **_: theta - learning_rate * g),
    "momentum": Update(
        lambda theta, m, learning_rate, **_: theta - learning_rate * m,
        memory={"m": lambda g, m, momentum, **_: momentum * m + g},
    ),
    "nesterov": Update(
        lambda theta, g, m, learning_rate, momentum, **_: theta
        - learning_rate * (g + momentum * m),
        memory={"m": lambda g, m, momentum, **_: momentum * m + g},
    ),
    "adagrad": Update(
        lambda theta, g, v, learning_rate, eps, **_: theta - learning_rate * g / (sqrt(v) + eps),
        memory={"v": lambda g, v, **_: v + g * g},
    ),
    "rmsprop": Update(
        lambda theta, g, v, learning_rate, eps, **_: theta - learning_rate * g / (sqrt(v) + eps),
        memory={"v": lambda g, v, beta, **_: beta * v + (1 - beta) * g * g},
    ),
    "adam": Update(_adam, _ADAMS_MEMORY),
    "adamw": Update(_adamw, _ADAMS_MEMORY),
}  # fmt: skip

PENALTIES: dict[str, Cost] = {
    "l1": Cost(size, sign),
    "l2": Cost(lambda w: w**2 / 2, slope=lambda w: w),
}

# What the learning rate is multiplied by, from the settings and from t, epoch, progress, falls.
SCHEDULES: dict[str, Formula] = {
    "constant": lambda **_: Number(1),
    "step": lambda factor, epoch, every, **_: factor ** floor(epoch / every),
    "exponential": lambda factor, epoch, **_: factor**epoch,
    "inverse_scaling": lambda t, power, **_: 1 / t**power,
    "cosine": lambda end, progress, **_: end
    + (1 - end) * (1 + cos(Leaf(Quantity("π"), math.pi, is_setting=True) * progress)) / 2,
    "on_plateau": lambda factor, falls, **_: factor**falls,
    "warm_up": lambda t, steps, then, **_: Choice(t, ">", steps, Number(1.0), t / steps) * then,
}  # fmt: skip


def rule_of(table: Mapping[str, Any], kind: str, name: str) -> Any:
    """The entry of a row; a row of one's own that has none is named."""
    if name not in table:
        raise UsageError(
            f"explain {kind} {name!r}", "its formula among chainrule.trace.rules", "none",
            f"Add an entry for {name!r} there; {', '.join(table)} have one.",
        )  # fmt: skip
    return table[name]
