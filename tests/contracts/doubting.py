"""Functions of the core whose bound is not that of their steps, on numbers that carry doubt."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from chainrule.core import activations, dense, error_function
from chainrule.core.clipping import clip_scale
from chainrule.engine import reference
from tests.contracts.near import Near, gamma, lifted, raw, unit

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


def near_dense(x: Any, W: Any, b: Any) -> Near:
    """x W + b as one sum, for an engine may begin with b and add the products to it."""
    product = x @ W
    if b is None:
        return product
    size = np.abs(lifted(x, W.dtype).wide) + off_of(x)
    size = size @ (np.abs(W.wide) + W.off) + np.abs(b.wide) + b.off
    first = gamma(len(W) + 1, W.dtype) / unit(W.dtype)
    plain = dense.dense(raw(x), W.value, b.value)
    off = off_of(x) @ (np.abs(W.wide) + W.off) + np.abs(raw(x)) @ W.off + b.off
    return Near(plain, off, off).rounded(first, size)


def near_dense_backward(dz: Any, x: Any, W: Any, b: Any, *, needs_dx: bool = True) -> Any:
    """A shared bias's gradient as one sum, of rows and units in any order."""
    found = dense.dense_backward(dz, x, W, b, needs_dx=needs_dx)
    if b is None or raw(b).shape == dz.shape[1:]:
        return found
    db = Near(found.db.value, dz.below.sum(), dz.above.sum())
    places = gamma(dz.size, dz.dtype) / unit(dz.dtype)
    return found._replace(db=db.rounded(places, (np.abs(dz.wide) + dz.off).sum()))


def off_of(part: Any) -> Any:
    return part.off if isinstance(part, Near) else np.zeros(part.shape)


@contextmanager
def doubting() -> Iterator[None]:
    """Inside, the reference's functions understand numbers with doubt."""
    with (
        mock.patch.object(activations, "erfc", near_erfc),
        mock.patch.object(reference, "clip_scale", near_clip_scale),
        mock.patch.object(reference, "dense", near_dense),
        mock.patch.object(reference, "dense_backward", near_dense_backward),
    ):
        yield
