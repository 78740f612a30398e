"""The formulas of the core's rows, written a second time: one entry for each row of a table.

They stand here and not in the core, for they check it. An entry does the same operations in the
same order as its row, so that the bits agree; settings of a row arrive by name. Whoever adds a
row adds an entry: a test fails while one is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chainrule.core.activations import LOWEST
from chainrule.core.errors import UsageError
from chainrule.trace.expression import Expr, Number, expr
from chainrule.trace.functions import Choice, Greatest, exp, log, log1p, maximum, sqrt, tanh
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
    """A loss on labels: share(q, qₖ, a) at the label's place, slope(a, k, label) at any."""

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


def _log_softmax(z: Expr, all_z: Expr) -> Expr:
    top = Greatest((all_z,))
    return (z - top) - log(Sum(("k",), exp(all_z - top)))


def _half_squared(q: Expr, y: Expr, a: Expr) -> Expr:
    return Stable((a - y) ** 2 / 2, 0.5 * (a - y) * (a - y))  # the square of 1e-162 is 0


def _binary_cross_entropy(z: Expr, y: Expr, a: Expr) -> Expr:
    large = positive(z, z, 0) - y * z
    return Stable(
        -(y * log(a)) - (1 - y) * log(1 - a), large + log1p(exp(positive(z, -z, z)))
    )  # fmt: skip


ACTIVATIONS: dict[str, Each | Mixing] = {
    "identity": Each(lambda z: z, slope=lambda z, a: Number(1)),
    "sigmoid": Each(
        lambda z: Stable(1 / (1 + exp(-z)), 1 / (1 + exp(-maximum(z, _lowest(z))))),
        slope=lambda z, a: a * (1 - a),
    ),
    "tanh": Each(tanh, slope=lambda z, a: 1 - a**2),
    "relu": Each(lambda z: maximum(z, 0), slope=lambda z, a: positive(z, 1, 0)),
    "softmax": Mixing(
        lambda z, all_z: Stable(exp(z) / Sum(("k",), exp(all_z)), exp(_log_softmax(z, all_z))),
        backward=lambda a, da, all_a, all_da: a * (da - Sum(("k",), all_da * all_a)),
    ),
}

LOSSES: dict[str, Columns | Labels] = {
    "half_squared": Columns(_half_squared, slope=lambda a, y: a - y),
    "squared": Columns(lambda q, y, a: (a - y) ** 2, slope=lambda a, y: 2 * (a - y)),
    "binary_cross_entropy": Columns(_binary_cross_entropy, slope=lambda a, y: a - y),
    "softmax_cross_entropy": Labels(
        lambda z, all_z, a: Stable(-log(a), -_log_softmax(z, all_z)),
        slope=lambda a, k, label: a - Choice(label, "=", Number(k), Number(1), Number(0)),
    ),
}

OPTIMIZERS: dict[str, Update] = {
    "sgd": Update(lambda theta, g, learning_rate, **_: theta - learning_rate * g),
    "momentum": Update(
        lambda theta, m, learning_rate, **_: theta - learning_rate * m,
        memory={"m": lambda g, m, momentum, **_: momentum * m + g},
    ),
    "adam": Update(
        lambda theta, m, v, t, learning_rate, beta1, beta2, eps, **_: theta
        - learning_rate * Named("m̂", m / (1 - beta1**t))
        / (sqrt(Named("v̂", v / (1 - beta2**t))) + eps),
        memory={
            "m": lambda g, m, beta1, **_: beta1 * m + (1 - beta1) * g,
            "v": lambda g, v, beta2, **_: beta2 * v + (1 - beta2) * g * g,
        },
    ),
}  # fmt: skip

PENALTIES: dict[str, Cost] = {"l2": Cost(lambda w: w**2 / 2, slope=lambda w: w)}


def rule_of(table: Mapping[str, Any], kind: str, name: str) -> Any:
    """The entry of a row; a row of one's own that has none is named."""
    if name not in table:
        raise UsageError(
            f"explain {kind} {name!r}", "its formula among chainrule.trace.rules", "none",
            f"Add an entry for {name!r} there; {', '.join(table)} have one.",
        )  # fmt: skip
    return table[name]
