"""How well numbers agree, up to one factor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chainrule.core.dense import Array

TOLERANCE = 1e-6  # two different mistakes are 4.6e-3 apart or more: docs/why/naming-mistakes.md
NOISE = 1e-12  # probes are of the size of 1
COARSE = 2e-3  # for programs that compute in float32


class Fit(NamedTuple):
    """theirs = factor · ours + extra · added, to within `off` of the largest of theirs."""

    factor: float
    off: float
    extra: float = 0.0


def fit(ours: Array, theirs: Array, added: Array | None = None) -> Fit:
    """Least squares for the factor (and the extra), and the largest relative difference left."""
    if ours.shape != theirs.shape:
        return Fit(np.nan, np.inf)
    s, t = ours.ravel(), theirs.ravel()
    size = float(np.abs(t).max(initial=0.0))
    if size < NOISE and float(np.abs(s).max(initial=0.0)) < NOISE:
        return Fit(np.nan, 0.0)  # sums that cancel, but for rounding: any factor will do
    if size == 0.0:  # zero fits everything with the factor 0
        return Fit(0.0, 0.0)
    power = float(s @ s)
    if power == 0.0 and added is not None and added.any():
        alone = fit(added, theirs)  # nothing but what is added
        return Fit(np.nan, alone.off, alone.factor)
    if not np.isfinite(power) or not np.isfinite(size) or power == 0.0:
        return Fit(np.nan, np.inf)
    if added is None or s.size < 3:
        factor = float(s @ t) / power
        return Fit(factor, float(np.abs(t - factor * s).max()) / size)
    basis = np.stack([s, added.ravel()], axis=1)
    if not np.isfinite(basis).all():
        return Fit(np.nan, np.inf)
    (factor, extra), *_ = np.linalg.lstsq(basis, t, rcond=None)
    return Fit(float(factor), float(np.abs(t - basis @ (factor, extra)).max()) / size, float(extra))


def near(a: float, b: float, tolerance: float = 1e-4) -> bool:
    return abs(a - b) <= tolerance * max(abs(a), abs(b))
