"""Checks of single settings, each with its error in four parts."""

from __future__ import annotations

import math

from chainrule.core.errors import UsageError


def one_of(called: str, field: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(
            called, f"{field} to be one of {', '.join(known)}", repr(value), "Choose one of these."
        )


def whole(called: str, field: str, value: object, *, least: int = 1) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UsageError(
            called, f"{field} to be a whole number from {least} up", repr(value), f"Try {least}."
        )


def number(
    called: str, field: str, value: object, *, least: float = -math.inf, above: float = -math.inf
) -> None:
    finite = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not finite or value < least or value <= above:  # type: ignore[operator]
        bound = f" above {above}" if above > -math.inf else f" from {least} up"
        bound = "" if least == above == -math.inf else bound
        raise UsageError(
            called, f"{field} to be a finite number{bound}", repr(value),
            "Leave it out for the default.",
        )  # fmt: skip
