"""The two functions of the core that are no functions of NumPy, on numbers that carry doubt."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from chainrule.core import activations, error_function
from chainrule.core.clipping import clip_scale
from chainrule.engine import reference
from tests.contracts.near import Near, gamma

PLACES_OF_ERFC = 10  # its own test holds it to these


def near_erfc(x: Any) -> Any:
    """erfc falls, by its slope 2/√π exp(−x²) where that is largest on the way."""
    if not isinstance(x, Near):
        return error_function.erfc(x)
    nearest = np.maximum(np.abs(x.wide) - x.off, 0)
    slope = 2 / math.sqrt(math.pi) * np.exp(-nearest * nearest)
    off = slope * x.off
    return Near(error_function.erfc(x.value), off, off).rounded(2 * PLACES_OF_ERFC)


def near_clip_scale(gradients: Any, clip_norm: float) -> Near:
    """clip_norm / length, or 1; squares are added up in double precision by every engine."""
    held = list(gradients)
    value = clip_scale((g.value for g in held), clip_norm)
    squares = sum(float((g.wide**2).sum()) for g in held)
    off = sum(float((2 * np.abs(g.wide) * g.off + g.off**2).sum()) for g in held)
    off += gamma(sum(g.size for g in held) + 8, float) * squares
    ends = (math.sqrt(squares + off), math.sqrt(max(squares - off, 0)))
    low, high = (clip_norm / end if end > clip_norm else 1.0 for end in ends)
    kind = held[0].dtype.type if held else np.float64
    made = Near(kind(value), max(value - low, 0), max(high - value, 0))
    return made if low == 1 else made.rounded(1)


@contextmanager
def doubting() -> Iterator[None]:
    """Inside, the reference's functions understand numbers with doubt."""
    with (
        mock.patch.object(activations, "erfc", near_erfc),
        mock.patch.object(reference, "clip_scale", near_clip_scale),
    ):
        yield
