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


l2 = Penalty("l2", "½ Σ W²", lambda W: (0.5 * (W * W).sum(), W))

PENALTIES = {row.name: row for row in (l2,)}
