"""How a table is written as text: what separates the cells, the decimal sign, the header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, TextIO

from chainrule.core.checks import plural
from chainrule.core.errors import UsageError
from chainrule.data.cells import is_missing, is_number

SEPARATORS = "\t;|, "  # the first that cuts every line into as many cells; a comma is often inside
SAMPLE = 50  # lines that are looked at
LONGEST = 2**24  # characters of one line
SAMPLED = 2**20  # characters of them all
SHOWN = 5  # names that are told
NAMED = re.compile(r'"?sep=([^"\w\s.#-]|[\t ])"?', re.I)  # Excel's first line


@dataclass(frozen=True)
class Dialect:
    """What `found` finds in the first lines."""

    separator: str
    comma: bool  # 3,14 is a number
    names: tuple[str, ...]
    has_header: bool
    above: int = 0  # lines above the table
    notes: tuple[str, ...] = ()

    def rows(self, text: TextIO, called: str) -> Iterator[tuple[int, list[str]]]:
        """(line number, cells) of each line that is not empty, the header left out."""
        reader = reader_of(islice(lines(text, called), self.above, None), self.separator)
        header = self.has_header
        try:
            row, began = next(reader, None), 1
            while row is not None:
                line, following = reader.line_num, next(reader, None)
                if following is None and line > began:
                    _check_closed(text, called, self.above + began)
                if row not in ([], [""]):
                    if not header:
                        yield self.above + line, row
                    header = False
                row, began = following, line + 1
        except csv.Error as error:
            raise UsageError(
                called, f"cells of at most {csv.field_size_limit():,} characters",
                f"a longer one from line {self.above + reader.line_num} on ({error})",
                "Is a quotation mark open there? Close it, or shorten the cell.",
            ) from error  # fmt: skip


def _check_closed(text: TextIO, called: str, began: int) -> None:
    """Of the last row, which has several lines: a mark that is never closed takes all of them."""
    text.seek(0)
    if sum(line.count('"') for line in islice(lines(text, called), began - 1, None)) % 2:
        raise UsageError(
            called, "quotation marks that are closed", f"one that is open from line {began} on",
            "Close it there, or leave it out.",
        )  # fmt: skip


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
    above, sample = _sampled(text, called)
    separator = above.separator or max(SEPARATORS, key=lambda each: _fits(sample, each))
    rows = _cut(sample, separator)
    comma = separator != "," and _has_decimal_commas(rows)
    number = partial(is_number, comma=comma)
    if above.last and _is_header(above.last, rows, separator, number):
        rows.insert(0, _cut([above.last], separator)[0])
        above = replace(above, comments=above.comments - 1, lines=above.lines - 1)
    header = _has_header(rows, number)
    names, told_apart = _names(rows[0] if header else [""] * len(rows[0]))
    return Dialect(separator, comma, names, header, above.lines, (*above.notes, *told_apart))


@dataclass(frozen=True)
class _Above:
    """What stands above the table: Excel's sep=; and lines that begin with #."""

    lines: int = 0
    separator: str = ""
    comments: int = 0
    last: str = ""  # of the comments

    @property
    def notes(self) -> tuple[str, ...]:
        begin = "begins" if self.comments == 1 else "begin"
        told = {
            "the first line names what separates the cells": self.separator,
            f"{plural(self.comments, 'line')} above the table {begin} with #: left out": (
                self.comments
            ),
        }
        return tuple(note for note, holds in told.items() if holds)


def _sampled(text: TextIO, called: str) -> tuple[_Above, list[str]]:
    """The first lines that are not blank, and what is above them."""
    sample: list[str] = []
    comments: list[str] = []
    size, above, separator = 0, 0, ""
    for number, line in enumerate(lines(text, called)):
        named = NAMED.fullmatch(line.rstrip("\r\n")) if number == 0 else None
        if named:
            above, separator = 1, named[1]
        elif line.startswith("#") and not sample:
            above = number + 1
            comments.append(line)
        elif line.strip():
            sample.append(line)
        size += len(line)
        if len(sample) == SAMPLE or size > SAMPLED:
            break
    if comments and sample:
        return _Above(above, separator, len(comments), comments[-1]), sample
    return _Above(int(bool(separator)), separator), sample or comments[:SAMPLE]  # or these are it


def _is_header(
    comment: str, rows: list[list[str]], separator: str, number: Callable[[str], bool]
) -> bool:
    """Whether a line that begins with # names the columns, as #id,a,b does: it has as many cells,
    and no better header follows."""
    cells = len(_cut([comment], separator)[0])
    return cells == len(rows[0]) > 1 and not _is_above_numbers(rows, number)


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
    first = [cell.strip() for cell in rows[0]]
    counted = [str(k) for k in range(len(first) + 1)]
    if len(first) > 2 and first in (counted[:-1], counted[1:]):
        return True
    if not any(map(number, first)):
        return any(not is_missing(cell) for cell in first)
    return _is_above_numbers(rows, number)


def _is_above_numbers(rows: list[list[str]], number: Callable[[str], bool]) -> bool:
    """Whether a text in the first row stands above a column of numbers."""
    first, rest = rows[0], rows[1:]
    texts = [k for k, cell in enumerate(first) if not number(cell) and not is_missing(cell)]
    columns = ([row[k] for row in rest if k < len(row) and not is_missing(row[k])] for k in texts)
    return any(column and all(map(number, column)) for column in columns)


def _names(header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name for each column, and what is to be said of them: one without is called by its number,
    x is x.2 where it stands there again."""
    given = [name.strip() or f"column {k + 1}" for k, name in enumerate(header)]
    known, made, often = set(given), dict[str, None](), Counter[str]()
    for name in given:
        unique = name
        while unique in made or (unique != name and unique in known):
            often[name] += 1
            unique = f"{name}.{often[name] + 1}"
        made[unique] = None
    new = [after for before, after in zip(given, made, strict=True) if before != after]
    more = f" and {len(new) - SHOWN} more" if len(new) > SHOWN else ""
    told = f"columns of the same name are told apart: {', '.join(new[:SHOWN])}{more}"
    return tuple(made), ((told,) if new else ())
