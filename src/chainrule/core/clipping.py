"""Gradient clipping: one long step, off a cliff of the loss, can throw away all that was learnt."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from chainrule.core.dense import Array


def clip_scale(gradients: Iterable[Array], clip_norm: float) -> float:
    """min(1, clip_norm / √(Σ g²)), over the numbers of all gradients together.

    Every gradient times this: the direction stays, the length is at most clip_norm. Squares are
    added up in double precision, so that single precision does not overflow; where double does,
    the numbers are scaled first.
    """
    held = list(gradients)
    with np.errstate(over="ignore"):
        length = _length(held)
    if length == math.inf:
        largest = max(float(abs(g).max(initial=0)) for g in held)
        if largest < math.inf:
            return clip_norm / largest / _length(g / largest for g in held)
    return clip_norm / length if length > clip_norm else 1.0


def _length(arrays: Iterable[Array]) -> float:
    return math.sqrt(sum(np.square(g, dtype=np.float64).sum() for g in arrays))
