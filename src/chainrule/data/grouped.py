"""Numbers with marks between thousands, 1.000,5 or 1,000.5, where a whole column is written so."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from chainrule.core.dense import Array
from chainrule.data.cells import NO_NUMBER, Holes, numbers

SIGNS = ((".", ","), (",", "."))  # between thousands, and before the decimals


def _pattern(mark: str, point: str) -> re.Pattern[str]:
    mark, point = re.escape(mark), re.escape(point)
    return re.compile(rf"[+-]?(?:[1-9]\d{{0,2}}(?:{mark}\d{{3}})+|\d+)(?:{point}\d+)?", re.ASCII)


PATTERNS = {signs: _pattern(*signs) for signs in SIGNS}


class Grouping:
    """One way to write the numbers of a column; `proof` is a cell that can't be read the other way.

    1.000 alone could be a thousand or one: such a column stays one of texts.
    """

    def __init__(self, signs: tuple[str, str]) -> None:
        self.mark, self.point = signs
        self.pattern, self.other = PATTERNS[signs], PATTERNS[signs[::-1]]
        self.proof = self.marked = ""

    def numbers(self, cells: Sequence[str], holes: Holes | None = None) -> Array | int:
        """As `cells.numbers`: float64 (n,), or the place of the first cell that is none."""
        made = np.full(len(cells), np.nan)
        for k, cell in enumerate(map(str.strip, cells)):
            if holes and holes.takes(cell):
                continue
            if self.pattern.fullmatch(cell):
                made[k] = self._value(cell)
                if not self.proof and not self.other.fullmatch(cell):
                    self.proof = cell
                if not self.marked and self.mark in cell:
                    self.marked = cell
            elif cell.casefold() not in NO_NUMBER:
                return k
        return holes.clear(made, self._holes(holes)) if holes else made

    def _holes(self, holes: Holes) -> dict[float, str]:
        """Their numbers as this column writes numbers, else as they are."""
        own = [text for text in holes.asked if self.pattern.fullmatch(text.strip())]
        others = {value: text for value, text in holes.numbers.items() if text not in own}
        return others | {self._value(text.strip()): text for text in own}

    def _value(self, cell: str) -> float:
        return float(cell.replace(self.mark, "").replace(self.point, "."))

    @property
    def says(self) -> str:
        cell = self.marked or self.proof
        return f"{cell[:40]} is read as {self._value(cell):.15g}"


def ways(cell: str) -> list[tuple[str, str]]:
    """The signs by which it is a number."""
    return [signs for signs in SIGNS if PATTERNS[signs].fullmatch(cell.strip())]


def as_numbers(texts: Sequence[str], *, comma: bool) -> Array:
    """NaN for what is none. Marks between thousands are read where more are numbers by that."""
    made = _each(texts, partial(numbers, comma=comma))
    for way in map(Grouping, SIGNS) if np.isnan(made).any() else ():
        found = _each(texts, way.numbers)
        if way.proof and np.isnan(found).sum() < np.isnan(made).sum():
            made = found
    return made


def _each(texts: Sequence[str], read: Callable[[Sequence[str]], Array | int]) -> Array:
    found = (read([text]) for text in texts)
    return np.array([np.nan if isinstance(each, int) else each[0] for each in found])
