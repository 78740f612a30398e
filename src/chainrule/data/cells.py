"""Cells of text: which are numbers, which are missing, which are dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from chainrule.core.dense import Array

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "?"})  # in any column
NO_NUMBER = MISSING | {"none", "-", "."}  # in a column of numbers

_NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)", re.I | re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+", re.ASCII)
MOST_SINGLE = 3e38  # about the greatest number in single precision
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


class Holes:
    """Texts that stand for a missing value, as they were asked for; `found` are those that a cell
    held.

    One that reads as a number stands for that number however it is written: -999 is -999.0, too.
    comma: "3,14" is read before "3.14".
    """

    def __init__(self, asked: Iterable[str] = (), *, comma: bool = False) -> None:
        self.asked, self.found = tuple(asked), set[str]()
        self.numbers: dict[float, str] = {}
        self._texts: dict[str, str] = {}
        for text in self.asked:
            written = [text.strip()]
            value = _hole_value(text.strip(), comma)
            if value is not None:
                written += [repr(value), str(int(value)) if value.is_integer() else text]
                single = float(np.float32(value)) if abs(value) < MOST_SINGLE else value
                self.numbers |= {value: text, single: text}  # columns may be in single precision
            self._texts |= dict.fromkeys(map(str.casefold, written), text)

    def takes(self, cell: str) -> bool:
        """Whether the cell is one of these texts."""
        if not self._texts:
            return False
        text = self._texts.get(cell.strip().casefold())
        if text is not None:
            self.found.add(text)
        return text is not None

    def clear(self, values: Array, numbers: Mapping[float, str] | None = None) -> Array:
        """NaN in the place of each of these numbers, or of `numbers`; the array itself."""
        for value, text in (self.numbers if numbers is None else numbers).items():
            there = values == value
            if there.any():
                values[there] = np.nan
                self.found.add(text)
        return values

    @property
    def unmet(self) -> tuple[str, ...]:
        """Those that no cell held; of the usual ones it is not known."""
        return tuple(
            text for text in self.asked
            if text not in self.found and text.strip().casefold() not in NO_NUMBER
        )  # fmt: skip


def _hole_value(text: str, comma: bool) -> float | None:
    """In the way of the table, or in the other where 1.000 could not be a thousand."""
    for way in (comma, not comma):
        if is_number(text, comma=way) and (way == comma or not _THOUSANDS.fullmatch(text)):
            return float(text.replace(",", "."))
    return None


def numbers(
    cells: Sequence[str], *, comma: bool = False, holes: Holes | None = None
) -> Array | int:
    """The cells as float64 (n,), NaN where one is missing; or the place of the first text.

    comma: 3,14 is a number. Marks between thousands make a text of a number.
    """
    if holes is None:
        return _numbers(cells, comma)
    made = _numbers(["" if holes.takes(cell) else cell for cell in cells], comma)
    return made if isinstance(made, int) else holes.clear(made)


def _numbers(cells: Sequence[str], comma: bool) -> Array | int:
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
