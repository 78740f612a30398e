"""Gradient clipping: one long step, off a cliff of the loss, can throw away all that was learnt."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from chainrule.core.dense import Array


def clip_scale(gradients: Iterable[Array], clip_norm: float) -> float:
    """min(1, clip_norm / √(Σ g²)), over the numbers of all gradients together.

    Every gradient times this: the direction stays, the length is at most clip_norm. Squares are
    added up in double precision, so that single precision does not overflow.
    """
    squares = (np.square(g, dtype=np.float64).sum() for g in gradients)
    length = math.sqrt(sum(squares))
    return clip_norm / length if length > clip_norm else 1.0
