"""How a table is written as text: what separates the cells, the decimal sign, the header."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from chainrule.core.errors import UsageError
from chainrule.data.cells import is_missing, is_number

SEPARATORS = "\t;|, "  # the first that cuts every line into as many cells; a comma is often inside
SAMPLE = 50  # lines that are looked at
LONGEST = 2**24  # characters of one line
SAMPLED = 2**20  # characters of them all


@dataclass(frozen=True)
class Dialect:
    """What `found` finds in the first lines."""

    separator: str
    comma: bool  # 3,14 is a number
    names: tuple[str, ...]
    has_header: bool

    def rows(self, text: TextIO, called: str) -> Iterator[tuple[int, list[str]]]:
        """(line number, cells) of each line that is not empty, the header left out."""
        marks = _Marks(lines(text, called))
        reader = reader_of(marks, self.separator)
        header = self.has_header
        row, began = _next(reader, called), 1
        while row is not None:
            line, is_open = reader.line_num, marks.count % 2 and reader.line_num > began
            marks.count = 0
            following = _next(reader, called)
            if is_open and following is None:
                raise UsageError(
                    called, "quotation marks that are closed",
                    f"one that is open from line {began} on", "Close it there, or leave it out.",
                )  # fmt: skip
            if row not in ([], [""]):
                if not header:
                    yield line, row
                header = False
            row, began = following, line + 1


class _Marks(Iterator[str]):
    """The lines, and how many quotation marks were in them since somebody set the count."""

    def __init__(self, text: Iterator[str]) -> None:
        self.text, self.count = text, 0

    def __next__(self) -> str:
        line = next(self.text)
        self.count += line.count('"')
        return line


def _next(reader: Any, called: str) -> list[str] | None:
    """The next row, None at the end."""
    try:
        row: list[str] | None = next(reader, None)
    except csv.Error as error:
        raise UsageError(
            called, f"cells of at most {csv.field_size_limit():,} characters",
            f"a longer one from line {reader.line_num} on ({error})",
            "Is a quotation mark open there? Close it, or shorten the cell.",
        ) from error  # fmt: skip
    return row


def reader_of(text: Iterator[str], separator: str) -> Any:
    spaces = separator == " "
    return csv.reader(text, delimiter=separator, skipinitialspace=spaces or separator == ",")


def lines(text: TextIO, called: str) -> Iterator[str]:
    """Line after line, none so long that it fills the memory."""
    number = 0
    while line := text.readline(LONGEST):
        number += 1
        if len(line) == LONGEST:
            raise UsageError(
                called, f"lines of fewer than {LONGEST:,} characters",
                f"a longer one, line {number}", "Is it a table, with a line for each row?",
            )  # fmt: skip
        yield line


def found(text: TextIO, called: str) -> Dialect:
    """The dialect in which the first lines are written."""
    sample, size = [], 0
    for line in lines(text, called):
        sample += [line] if line.strip() else []
        size += len(line)
        if len(sample) == SAMPLE or size > SAMPLED:
            break
    separator = max(SEPARATORS, key=lambda each: _fits(sample, each))
    rows = _cut(sample, separator)
    comma = separator != "," and _has_decimal_commas(rows)
    header = _has_header(rows, lambda cell: is_number(cell, comma=comma))
    names = _names(rows[0] if header else [""] * len(rows[0]), called)
    return Dialect(separator, comma, names, header)


def _cut(sample: Sequence[str], separator: str) -> list[list[str]]:
    """The sample's rows; where a cell is too long, those before it."""
    rows: list[list[str]] = []
    try:
        for row in reader_of(iter(sample), separator):
            rows.append(row)
    except csv.Error:
        pass
    return rows or [[""]]


def _fits(sample: Sequence[str], separator: str) -> tuple[bool, float, int]:
    """How well a separator fits: every row cut into as many cells, the share of them, the cells."""
    rows = _cut(sample, separator)
    rows = rows[:-1] if len(rows) > 2 else rows  # the sample may end within a cell of many lines
    cells, often = Counter(map(len, rows)).most_common(1)[0]
    if cells == 1:
        return False, 0.0, -SEPARATORS.index(separator)
    return often == len(rows), often / len(rows), -SEPARATORS.index(separator)


def _has_decimal_commas(rows: list[list[str]]) -> bool:
    """Whether more numbers are written 3,14 than 3.14."""
    cells = [cell for row in rows[1:] or rows for cell in row]
    with_comma = sum("," in cell and is_number(cell, comma=True) for cell in cells)
    return with_comma > sum("." in cell and is_number(cell) for cell in cells)


def _has_header(rows: list[list[str]], number: Callable[[str], bool]) -> bool:
    """Whether the first row names the columns.

    It does where it counts them (0, 1, 2, ...), where it holds no number, and where a text in it
    stands above a column of numbers.
    """
    first, rest = [cell.strip() for cell in rows[0]], rows[1:]
    counted = [str(k) for k in range(len(first) + 1)]
    if len(first) > 2 and first in (counted[:-1], counted[1:]):
        return True
    texts = [k for k, cell in enumerate(first) if not number(cell) and not is_missing(cell)]
    if not any(map(number, first)):
        return bool(texts)
    columns = ([row[k] for row in rest if k < len(row) and not is_missing(row[k])] for k in texts)
    return any(column and all(map(number, column)) for column in columns)


def _names(header: list[str], called: str) -> tuple[str, ...]:
    """A name for each column; one without is called by its number."""
    names = tuple(name.strip() or f"column {k + 1}" for k, name in enumerate(header))
    if len(set(names)) < len(names):
        twice = next(name for name, often in Counter(names).items() if often > 1)
        places = [k + 1 for k, name in enumerate(names) if name == twice]
        raise UsageError(
            called, "a name of its own for each column",
            f"{twice[:80]!r} for columns {places[0]} and {places[1]}", "Give one another name.",
        )  # fmt: skip
    return names
