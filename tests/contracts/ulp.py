"""Units in the last place: how far a function's results are from the exact ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from chainrule.core.error_function import erfc

# What native/math.h states: the worst of all targets and both types.
STATED = {
    "exp": 1.3, "expm1": 3.0, "log": 1.0, "log1p": 1.0, "tanh": 3.0, "sigmoid": 3.0,
    "erfc": 9.0, "sqrt": 0.5,
}  # fmt: skip

LOWEST = {"f": -87, "d": -700}  # of sigmoid, as the core has it


def _sigmoid(x: Any, lowest: float) -> Any:
    return 1 / (1 + np.exp(-np.maximum(x, lowest)))


REFERENCES = {
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "tanh": np.tanh,
    "sqrt": np.sqrt,
}  # fmt: skip


def exact(name: str, x: Any) -> Any:
    """In double for floats; in long double for doubles, and erfc by the C library, 1 unit off."""
    with np.errstate(all="ignore"):  # a signalling NaN is drawn, too
        wide = x.astype("float64" if x.dtype == "float32" else "longdouble")
        if name == "sigmoid":
            return _sigmoid(wide, LOWEST[x.dtype.char])
        if name == "erfc":
            return erfc(wide) if x.dtype == "float32" else np.array([math.erfc(v) for v in x])
        return REFERENCES[name](wide)


def apart(found: Any, expected: Any) -> Any:
    """|found − expected| in units of found's type at expected; 0 where both are the same or NaN.

    A number too large for that type is infinity; below the normal numbers a unit is the smallest.
    """
    with np.errstate(all="ignore"):
        nearest = expected.astype(found.dtype)
        unit = np.spacing(np.abs(nearest))
        off = np.abs(found.astype(expected.dtype) - expected) / unit
        off = np.where(np.isfinite(nearest) & np.isfinite(found), off, np.inf)
        beyond = np.isinf(found) & np.isinf(nearest) & (found == nearest)
        return np.where(beyond | (np.isnan(found) & np.isnan(expected)), 0, off).astype(float)


def edges(dtype: str) -> Any:
    """Where formulas change and numbers end, and their neighbours, of both signs."""
    f = np.finfo(dtype)
    points = [
        0, f.smallest_subnormal, f.tiny, f.max, f.eps, 1, 2, 0.5, math.sqrt(0.5), math.sqrt(2),
        math.sqrt(2) - 1, math.log(2) / 2, math.log(2), 0.46875, 4, 10, 27, 40, 87, 89, 104, 700,
        710, 746, 9.1, 19.1, math.log(float(f.max)), -math.log(float(f.tiny)), np.inf, np.nan,
        *(k * math.log(2) / 2 for k in range(-9, 9)),
    ]  # fmt: skip
    with np.errstate(over="ignore"):
        at = np.array(points, dtype)
        at = np.concatenate([np.nextafter(at, -f.max), at, np.nextafter(at, f.max)])
    return np.concatenate([at, -at])
