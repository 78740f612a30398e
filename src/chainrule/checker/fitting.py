"""How well numbers agree, up to one factor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chainrule.core.dense import Array

TOLERANCE = 1e-6  # two different mistakes are 4.6e-3 apart or more: docs/why/naming-mistakes.md
NOISE = 1e-12  # probes are of the size of 1
PARALLEL = 1e-6  # sin² of the angle between two arrays; Cramer's rule loses half its digits there
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
    size = _largest(t)
    if size < NOISE and _largest(s) < NOISE:
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
        return Fit(factor, _largest(t - factor * s) / size)
    return _fit_two(s, added.ravel(), t, size)


def _fit_two(s: Array, u: Array, t: Array, size: float) -> Fit:
    """t = factor · s + extra · u, by Cramer's rule; by lstsq where s and u are all but parallel."""
    ss, uu, su = float(s @ s), float(u @ u), float(s @ u)
    if not np.isfinite(uu):
        return Fit(np.nan, np.inf)
    area = ss * uu - su * su
    if area > PARALLEL * ss * uu:
        st, ut = float(s @ t), float(u @ t)
        factor, extra = (st * uu - ut * su) / area, (ut * ss - st * su) / area
    else:
        factor, extra = map(float, np.linalg.lstsq(np.stack([s, u], axis=1), t, rcond=None)[0])
    return Fit(factor, _largest(t - factor * s - extra * u) / size, extra)


def _largest(numbers: Array) -> float:
    return float(np.maximum.reduce(np.abs(numbers), initial=0.0))


def sieve(ours: Array, theirs: Array, added: Array | None, tolerance: float) -> Array:
    """Which of many, (k, ...), may fit: all that `fit` would accept, and hardly any other."""
    s, t = ours.reshape(len(ours), -1), theirs.ravel()
    size, whole = _largest(t), (s * s).sum(axis=1)
    if size < NOISE:  # what is 0 but for rounding is judged one by one
        return np.ones(len(ours), dtype=bool)
    if added is not None and t.size >= 3 and added.any():
        u = added.ravel() / np.linalg.norm(added)
        s, t = s - np.outer(s @ u, u), t - (t @ u) * u
    power = (s * s).sum(axis=1)
    off = np.abs(t - (s @ t / power)[:, None] * s).max(axis=1)
    clear = (power > PARALLEL * whole) & np.isfinite(off)
    return np.asarray(~clear | (off <= 2 * tolerance * size))


def near(a: float, b: float, tolerance: float = 1e-4) -> bool:
    return abs(a - b) <= tolerance * max(abs(a), abs(b))
