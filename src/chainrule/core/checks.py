"""Checks of single settings, each with its error in four parts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from chainrule.core.errors import UsageError

LONG = 300  # bits, 90 digits; above 4,300 digits Python itself refuses to write them
MOST = 10**15  # steps of a nanosecond are eleven days; units of a byte are a petabyte


def one_of(called: str, field: str, value: object, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise UsageError(
            called, f"{field} to be one of {', '.join(known)}", shown(value), "Choose one of these."
        )


def dtype_name(value: Any) -> Any:
    """np.float32 and np.dtype("float32") are "float32"; all else is left as it is."""
    if isinstance(value, type) and issubclass(value, np.generic):
        value = np.dtype(value)
    return value.name if isinstance(value, np.dtype) else value


def shown(value: object) -> str:
    """As Python writes it; of a whole number of more digits than anyone reads, their number."""
    if isinstance(value, int) and value.bit_length() > LONG:
        return f"a whole number of {math.ceil(value.bit_length() * math.log10(2))} digits or so"
    return repr(value)


def plural(n: int, one: str, many: str = "") -> str:
    """1 row, 2,000 rows"""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def truth(called: str, field: str, value: object) -> None:
    if not isinstance(value, bool):
        raise UsageError(called, f"{field} to be True or False", repr(value), "Try True.")


def whole(called: str, field: str, value: Any, *, least: int = 1) -> int:
    """The value as an int: NumPy's whole numbers are welcome."""
    known = isinstance(value, Integral) and not isinstance(value, bool)
    if not known or value < least:
        raise UsageError(
            called, f"{field} to be a whole number from {least} up", shown(value), f"Try {least}."
        )
    if value > MOST and field != "seed":
        raise UsageError(called, f"{field} up to 10^15", shown(value), "Make it smaller.")
    return int(value)


def number(
    called: str, field: str, value: Any,
    *, least: float = -math.inf, above: float = -math.inf, below: float = math.inf,
) -> float:  # fmt: skip
    """The value as a float, if it is finite and within its bounds."""
    known: bool = isinstance(value, Real) and not isinstance(value, bool | np.bool)
    if known:
        try:
            found = float(value)
        except OverflowError:  # a whole number beyond all floats
            found = math.inf
        if math.isfinite(found) and least <= found < below and found > above:
            return found
    bounds = {f"from {least:g} up": least, f"above {above:g}": above, f"below {below:g}": below}
    named = " and ".join(words for words, bound in bounds.items() if math.isfinite(bound))
    raise UsageError(
        called, f"{field} to be a finite number {named}".strip(), shown(value),
        "Leave it out for the default.",
    )  # fmt: skip


def weights_of_classes(called: str, value: Any) -> tuple[float, ...] | str | None:
    """One number a class, in the order of the classes; {0: 1, 1: 3} is (1, 3); or "balanced"."""
    if value is None or (isinstance(value, str) and value == "balanced"):
        return value
    if isinstance(value, Mapping) and set(value) == set(range(len(value))):
        value = [value[k] for k in range(len(value))]
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = value.tolist()
    if not isinstance(value, list | tuple) or len(value) < 2:
        raise UsageError(
            called, "class_weight to be a number for each class", repr(value),
            'Try (1, 3) for two classes, or "balanced".',
        )  # fmt: skip
    weights = tuple(number(called, "class_weight", each, least=0) for each in value)
    if not any(weights):
        raise UsageError(
            called, "class_weight with a number above 0", repr(value), "Of 0, no row counts."
        )
    return weights
