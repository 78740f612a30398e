"""Cells of text: which are numbers, which are missing, which are dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from chainrule.core.dense import Array

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "?"})  # in any column
NO_NUMBER = MISSING | {"none", "-", "."}  # in a column of numbers

_NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)", re.I | re.ASCII)
_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]m)?(?:Z| ?[+-]\d{2}:?\d{2})?"
_DATE = re.compile(rf"(?:{_DAY})(?:[T ]+{_CLOCK})?|{_CLOCK}", re.I | re.ASCII)


def is_missing(cell: str) -> bool:
    return cell.strip().casefold() in MISSING


def is_number(cell: str, *, comma: bool = False) -> bool:
    """Whether the cell is a number; a missing one is none."""
    return _NUMBER.fullmatch(_with_point(cell.strip()) if comma else cell.strip()) is not None


def is_date(cell: str) -> bool:
    return _DATE.fullmatch(cell.strip()) is not None


def numbers(
    cells: Sequence[str], *, comma: bool = False, holes: frozenset[str] = frozenset()
) -> Array | int:
    """The cells as float64 (n,), NaN where one is missing; or the place of the first text.

    comma: 3,14 is a number. Marks between thousands make a text of a number. holes: texts in small
    letters that are missing as well.
    """
    if holes:
        cells = ["" if cell.strip().casefold() in holes else cell for cell in cells]
    if comma:
        cells = [_with_point(cell) for cell in cells]
    together = "".join(cells)
    if "_" not in together and together.isascii():  # float() would take 1_000, and other digits
        try:
            return np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            pass
    made = np.full(len(cells), np.nan)
    for k, cell in enumerate(map(str.strip, cells)):
        if _NUMBER.fullmatch(cell):
            made[k] = float(cell)
        elif cell.casefold() not in NO_NUMBER:
            return k
    return made


def all_dates(cells: Iterable[str]) -> bool:
    """Whether there are cells, and each is a date or a time of day."""
    found = False
    for cell in cells:
        if not is_date(cell):
            return False
        found = True
    return found


def _with_point(cell: str) -> str:
    """3,14 → 3.14; a text that no number is made of by that stays one."""
    return cell.replace(",", ".", 1) if "." not in cell else f"{cell}!"
