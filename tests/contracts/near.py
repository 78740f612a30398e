"""Numbers that carry their doubt: the reference's own formulas, run on them, bound every other
engine that computes the same mathematics in another order.

A `Near` holds the very numbers of the reference, `value`, and how far below and above them those
of another engine may lie. The core's functions run on it unchanged, so the bound of a step is the
step itself, run once more: a new row in a table has its bound the moment it has its formula.

Each operation adds what it may round itself, twice, for both engines round: u|v| for + − · / √, K
units of the function's last place for exp and its kin, γ_k of the sum of sizes for a sum of k
terms (Higham 2002, chapter 3). What its arguments may be off is carried through by differences
that hold for large doubts as well as for small: f(v + d) − f(v) itself, never a slope.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

# Units in the last place that one engine's function may be off. NumPy's own in single precision
# are good to 4.
PLACES = {np.exp: 4, np.expm1: 4, np.log: 4, np.log1p: 4, np.tanh: 4}


def below_normal(dtype: Any) -> float:
    """An engine's exp may be 0 where the result is no normal number any more: below 1e-38 in single
    precision, where what is left of it has no full mantissa anyway."""
    return float(np.finfo(dtype).tiny)


def unit(dtype: Any) -> float:
    """u: half a unit in the last place of 1."""
    return float(np.finfo(dtype).eps) / 2


def gamma(k: int, dtype: Any) -> float:
    u = unit(dtype)
    return k * u / (1 - k * u)


class Maybe:
    """A comparison: what the reference found, and where another engine must find the same."""

    def __init__(self, value: Any, sure: Any) -> None:
        self.value, self.sure = value, sure

    def astype(self, dtype: Any) -> Near:
        value = self.value.astype(dtype)
        return Near(value, ~self.sure & self.value, ~self.sure & ~self.value)

    def __bool__(self) -> bool:
        """Whether it may be so."""
        return bool((self.value | ~self.sure).any())

    def __array_function__(self, function: Any, types: Any, given: Any, how: Any) -> Any:
        return FUNCTIONS[function](*given, **how)


class Near(NDArrayOperatorsMixin):
    """value (any shape); value − below ≤ another engine's numbers ≤ value + above, in float64."""

    def __init__(self, value: Any, below: Any = 0.0, above: Any = 0.0) -> None:
        self.value = value
        self.below = np.broadcast_to(np.asarray(below, float), np.shape(value)).copy()
        self.above = np.broadcast_to(np.asarray(above, float), np.shape(value)).copy()

    @property
    def off(self) -> Any:
        return np.maximum(self.below, self.above)

    @property
    def wide(self) -> Any:
        return np.asarray(self.value, float)

    def rounded(self, places: Any, size: Any = None) -> Near:
        """Both engines round once more, by `places` · u of `size` (of the number itself)."""
        size = np.abs(self.wide) + self.off if size is None else size
        finfo = np.finfo(self.dtype)
        e = 2 * places * unit(self.dtype) * size + 2 * float(finfo.smallest_subnormal)
        return Near(self.value, self.below + e, self.above + e)

    # ---------------------------------------------------------------- what an array can do, too

    dtype = property(lambda self: self.value.dtype)
    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    real = property(lambda self: self)
    T = property(lambda self: Near(self.value.T, self.below.T, self.above.T))

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, at: Any) -> Near:
        return Near(self.value[at], self.below[at], self.above[at])

    def __setitem__(self, at: Any, new: Near) -> None:
        self.value[at], self.below[at], self.above[at] = new.value, new.below, new.above

    def __bool__(self) -> bool:
        return bool(self.value)

    def astype(self, dtype: Any) -> Near:
        made = Near(self.value.astype(dtype), self.below, self.above)
        return made if np.can_cast(self.dtype, dtype) else made.rounded(1)

    def copy(self) -> Near:
        return Near(self.value.copy(), self.below, self.above)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Near:
        how = {"axis": axis, "keepdims": keepdims}
        k = self.size if axis is None else self.shape[axis]
        made = Near(self.value.sum(**how), self.below.sum(**how), self.above.sum(**how))
        size = (np.abs(self.wide) + self.off).sum(**how)
        return made.rounded(gamma(k, self.dtype) / unit(self.dtype), size)

    def mean(self, axis: int) -> Near:
        total = self.sum(axis=axis)
        made = (total / self.shape[axis]).rounded(1)
        return Near(self.value.mean(axis=axis), made.below, made.above)

    def max(self, axis: int, keepdims: bool) -> Near:
        value = self.value.max(axis=axis, keepdims=keepdims)
        may_be = self.wide + self.above >= (self.wide - self.below).max(axis, keepdims=True)
        above = np.where(may_be, self.above, 0).max(axis=axis, keepdims=keepdims)
        below = np.where(may_be, self.below, 0).max(axis=axis, keepdims=keepdims)
        return Near(value, below, above)

    # ------------------------------------------------------------------------ NumPy's functions

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, out: Any = None, **how: Any):
        if method != "__call__" or how:
            return NotImplemented
        with np.errstate(all="ignore"):
            value = ufunc(*(raw(each) for each in given))
            dtype = value.dtype if value.dtype.kind == "f" else self.dtype
            parts = [lifted(each, dtype) for each in given]
            made = RULES[ufunc](value, *parts)
        if out is None:
            return made
        out[0].value[...], out[0].below, out[0].above = made.value, made.below, made.above
        return out[0]

    def __array_function__(self, function: Any, types: Any, given: Any, how: Any) -> Any:
        with np.errstate(all="ignore"):
            return FUNCTIONS[function](*given, **how)


def raw(part: Any) -> Any:
    return part.value if isinstance(part, Near | Maybe) else part


def lifted(part: Any, dtype: Any) -> Near:
    """Whatever stands in a formula. A constant that another engine may have rounded elsewhere is
    off by what rounding takes from it."""
    if isinstance(part, Maybe):
        return part.astype(dtype)
    if isinstance(part, Near):
        return part
    if isinstance(part, float):
        off = abs(float(np.dtype(dtype).type(part)) - part) if math.isfinite(part) else 0.0
        return Near(np.dtype(dtype).type(part), off, off)
    return Near(np.asarray(part))


def _corners(value: Any, a: Near, b: Near, change: Callable[[Any, Any], Any]) -> Near:
    """The farthest of the four corners: where a and b are at the ends of what they may be."""
    changes = [change(da, db) for da in (-a.below, a.above) for db in (-b.below, b.above)]
    lowest, highest = np.minimum.reduce(changes), np.maximum.reduce(changes)
    ends = [np.where(np.isnan(end), np.inf, np.maximum(end, 0)) for end in (-lowest, highest)]
    return Near(value, *ends).rounded(1)  # ∞ − ∞ and 0 · ∞: nothing is known


def _product(value: Any, a: Near, b: Near) -> Near:
    return _corners(value, a, b, lambda da, db: a.wide * db + b.wide * da + da * db)


def _quotient(value: Any, a: Near, b: Near) -> Near:
    made = _corners(
        value, a, b, lambda da, db: (da * b.wide - a.wide * db) / (b.wide * (b.wide + db))
    )
    through_0 = (b.wide - b.below <= 0) & (b.wide + b.above >= 0)
    return Near(
        value, np.where(through_0, np.inf, made.below), np.where(through_0, np.inf, made.above)
    )


def _matmul(value: Any, a: Near, b: Near) -> Near:
    sizes = np.abs(a.wide), np.abs(b.wide)
    off = a.off @ sizes[1] + sizes[0] @ b.off + a.off @ b.off
    size = (sizes[0] + a.off) @ (sizes[1] + b.off)
    k = a.shape[-1]
    return Near(value, off, off).rounded(gamma(k, value.dtype) / unit(value.dtype), size)


def _rising(places: float, change: Callable[[Any, Any], Any]) -> Callable[[Any, Near], Near]:
    """A function that rises everywhere, by change(v, d) from v to v + d."""

    def rule(value: Any, a: Near) -> Near:
        below, above = -change(a.wide, -a.below), change(a.wide, a.above)
        return Near(value, below, above).rounded(places)

    return rule


def _exp(value: Any, a: Near) -> Near:
    made = _rising(2 * PLACES[np.exp], lambda v, d: np.exp(v) * np.expm1(d))(value, a)
    least = below_normal(value.dtype)
    return Near(value, made.below + least, made.above + least)


def _tanh_change(v: Any, d: Any) -> Any:
    t, by = np.tanh(v), np.tanh(d)
    return np.where(np.abs(d) > 0.1, np.tanh(v + d) - t, by * (1 - t * t) / (1 + t * by))


def _log_change(v: Any, d: Any) -> Any:
    return np.log1p(np.maximum(d / v, -1))


def _sqrt_change(v: Any, d: Any) -> Any:
    here, there = np.sqrt(v), np.sqrt(np.maximum(v + d, 0))
    return np.where(there == 0, -here, d / (here + there))


def _larger(value: Any, a: Near, b: Near) -> Near:
    a_is = a.wide - a.below >= b.wide + b.above
    b_is = b.wide - b.below >= a.wide + a.above
    return Near(
        value,
        np.where(a_is, a.below, np.where(b_is, b.below, np.maximum(a.below, b.below))),
        np.where(a_is, a.above, np.where(b_is, b.above, np.maximum(a.above, b.above))),
    )


def _smaller(value: Any, a: Near, b: Near) -> Near:
    return _minus(value, _larger(-value, _minus(-a.value, a), _minus(-b.value, b)))


def _minus(value: Any, a: Near) -> Near:
    return Near(value, a.above, a.below)


def _compared(value: Any, a: Near, b: Near) -> Maybe:
    apart, doubt = np.abs(a.wide - b.wide), np.where(a.wide > b.wide, a.below, a.above)
    doubt = doubt + np.where(a.wide > b.wide, b.above, b.below)
    return Maybe(value, (apart > doubt) | (doubt == 0))


def _where(condition: Any, yes: Any, no: Any) -> Near:
    """Where the condition is in doubt, what the other side would have given."""
    held = condition if isinstance(condition, Maybe) else Maybe(condition, np.True_)
    value = np.where(held.value, raw(yes), raw(no))
    a, b = (lifted(part, value.dtype) for part in (yes, no))
    taken = [np.where(held.value, x, y) for x, y in ((a.below, b.below), (a.above, b.above))]
    other = [np.where(held.value, y, x) for x, y in ((a.below, b.below), (a.above, b.above))]
    step = np.where(held.value, b.wide - a.wide, a.wide - b.wide)
    return Near(
        value,
        np.where(held.sure, taken[0], np.maximum(taken[0], other[0] - step)),
        np.where(held.sure, taken[1], np.maximum(taken[1], other[1] + step)),
    )


def _like(number: float) -> Callable[[Near], Near]:
    return lambda a: Near(np.full_like(a.value, number))


RULES: dict[Any, Callable[..., Any]] = {
    np.add: lambda v, a, b: Near(v, a.below + b.below, a.above + b.above).rounded(1),
    np.subtract: lambda v, a, b: Near(v, a.below + b.above, a.above + b.below).rounded(1),
    np.multiply: _product,
    np.divide: _quotient,
    np.matmul: _matmul,
    np.negative: _minus,
    np.absolute: lambda v, a: Near(v, a.off, a.off),
    np.maximum: _larger,
    np.minimum: _smaller,
    np.sqrt: _rising(1, _sqrt_change),
    np.exp: _exp,
    np.expm1: _rising(PLACES[np.expm1] * 2, lambda v, d: np.exp(v) * np.expm1(d)),
    np.log: _rising(PLACES[np.log] * 2, _log_change),
    np.log1p: _rising(PLACES[np.log1p] * 2, lambda v, d: _log_change(1 + v, d)),
    np.tanh: _rising(PLACES[np.tanh] * 2, _tanh_change),
    **dict.fromkeys((np.greater, np.less, np.greater_equal, np.less_equal), _compared),
    **dict.fromkeys((np.not_equal, np.equal), _compared),
}
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: _where,
    np.ones_like: _like(1.0),
    np.zeros_like: _like(0.0),
}
