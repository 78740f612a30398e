"""Penalties on the weights (never on biases): value and gradient through one door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chainrule.core.dense import Array


@dataclass(frozen=True)
class Penalty:
    """What large weights cost: `of(W)` → (value, gradient), to be multiplied by a strength."""

    name: str
    formula: str
    of: Callable[[Array], tuple[Any, Array]]


def _l1(W: Array) -> tuple[Any, Array]:
    sign = (W.real > 0).astype(W.dtype) - (W.real < 0)
    return (sign * W).sum(), sign


l1 = Penalty("l1", "Σ |W|", _l1)
l2 = Penalty("l2", "½ Σ W²", lambda W: (0.5 * (W * W).sum(), W))

PENALTIES = {row.name: row for row in (l1, l2)}
