"""CSV and its kin, read in blocks of rows: any size, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from chainrule.core.checks import plural
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data import cells, dialect
from chainrule.data.cells import Holes
from chainrule.data.grouped import SIGNS, Grouping, ways
from chainrule.data.source import Source
from chainrule.data.store import Store
from chainrule.data.table import Levels, RawColumn, Table

AT_ONCE = 2**18  # cells of a block,
ROWS = 16  # and rows of it at least: each column of a block costs something


def read(source: Source, *, texts: Iterable[str] = (), holes: Iterable[str] = ()) -> Table:
    """The table in a file of text; columns named in `texts` are text whatever they hold.

    holes: texts that are missing values, beside the usual ones.

    A column whose first rows are numbers and later ones are not is found out on the way: then the
    file is read again, with that column as text, or as numbers written otherwise, from the start.
    """
    with source.text() as text:
        found = dialect.found(text, source.called)
    as_text: dict[str, str] = dict.fromkeys(texts, "")
    missing = Holes(holes, comma=found.comma)
    grouped: dict[str, Grouping] = {}
    while True:
        reading = _Reading(source, found, as_text, grouped, missing)
        table = reading.table()
        if table is not None:
            return table
        as_text |= reading.turned
        grouped |= reading.other_ways


class _Reading:
    """One way through the file."""

    def __init__(
        self, source: Source, found: dialect.Dialect, as_text: dict[str, str],
        grouped: dict[str, Grouping], holes: Holes,
    ) -> None:  # fmt: skip
        self.source, self.dialect, self.as_text = source, found, as_text
        self.grouped, self.holes = grouped, holes
        names = enumerate(found.names)
        self.levels: dict[int, Levels] = {k: Levels(holes) for k, name in names if name in as_text}
        self.turned: dict[str, str] = {}  # columns that turned out to be text, and where,
        self.other_ways: dict[str, Grouping] = {}  # or to be numbers written otherwise
        self.store = Store(len(found.names))

    def table(self) -> Table | None:
        """The whole table; None where columns turned out to be text too late."""
        with self.source.text() as text:
            rows = self._checked(self.dialect.rows(text, self.source.called))
            at_once = max(ROWS, AT_ONCE // self.store.columns)
            while block := list(islice(rows, at_once)):
                self._add(block)
                self.source.progress()
        self._check_grouped()
        if self._is_in_vain:
            return None
        if not self.store.n:
            raise UsageError(
                self.source.called, "at least one row below the names of the columns",
                f"the names alone ({', '.join(self.dialect.names[:6])})", "Is it the right file?",
            )  # fmt: skip
        columns = tuple(map(self._column, range(self.store.columns)))
        return Table(
            columns, self.store.whole(), self.source.name, self._notes(), self.dialect.has_header,
            self.dialect.comma, self.holes,
        )  # fmt: skip

    def _checked(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[list[str]]:
        wanted = len(self.dialect.names)
        for line, row in rows:
            if len(row) != wanted:
                raise UsageError(
                    self.source.called, f"{plural(wanted, 'cell')} in every row, as in the first",
                    f"{len(row)} in line {line}: {_shown(row)}",
                    "Mend that line; a cell with a separator in it stands in quotation marks.",
                )  # fmt: skip
            yield row

    def _add(self, block: list[list[str]]) -> None:
        made = np.empty((len(block), self.store.columns))
        for k, column in enumerate(zip(*block, strict=True)):
            made[:, k] = self._encoded(k, column)
        if not self._is_in_vain:
            self.store.add(made)

    @property
    def _is_in_vain(self) -> bool:
        return bool(self.turned or self.other_ways)

    def _encoded(self, k: int, column: tuple[str, ...]) -> Array | float:
        if k in self.levels:
            return self.levels[k].codes(column, len(column))
        name = self.dialect.names[k]
        if name in self.turned or name in self.other_ways:
            return 0.0
        if name in self.grouped:
            made = self.grouped[name].numbers(column, self.holes)
        else:
            made = cells.numbers(column, comma=self.dialect.comma, holes=self.holes)
        return self._is_other(k, name, column, made) if isinstance(made, int) else made

    def _is_other(self, k: int, name: str, column: tuple[str, ...], at: int) -> Array | float:
        """A cell that is no number as they were written so far: written otherwise, or a text."""
        tried = self.grouped.pop(name, None)
        signs = ways(column[at])
        if tried is not None:  # the second way is left, if it was the first
            signs = [each for each in signs if each == SIGNS[1] and tried.mark == SIGNS[0][0]]
        for way in map(Grouping, signs):
            if self.store.n or self._is_in_vain:
                self.other_ways[name] = way
                return 0.0
            made = way.numbers(column, self.holes)
            if not isinstance(made, int):
                self.grouped[name] = way
                return made
            at = max(at, made)
        where = f"{column[at].strip()[:40]!r} in row {self.store.n + at + 1}"
        return self._is_text(k, name, column, where)

    def _check_grouped(self) -> None:
        """A column that could be read in two ways is one of texts."""
        for name in [name for name, way in self.grouped.items() if not way.proof]:
            self.turned[name] = ""
            del self.grouped[name]

    def _is_text(self, k: int, name: str, column: tuple[str, ...], where: str) -> Array | float:
        """In the first block it is not too late."""
        if self.store.n or self._is_in_vain:
            self.turned[name] = where
            return 0.0
        began = cells.is_number(column[0], comma=self.dialect.comma)
        self.as_text[name] = where if began else ""
        self.levels[k] = Levels(self.holes)
        return self.levels[k].codes(column, len(column))

    def _column(self, k: int) -> RawColumn:
        name, levels = self.dialect.names[k], self.levels.get(k)
        if levels is None:
            return RawColumn(name)
        return RawColumn(name, tuple(levels.texts), self.as_text.get(name, ""), levels.full)

    def _notes(self) -> tuple[str, ...]:
        about = self.dialect
        known = _NAMES.get(about.separator, repr(about.separator))
        found = {
            f"cells are separated by {known}": about.separator != ",",
            "3,14 is read as a number": about.comma,
            f"read as {self.source.encoding}": not self.source.encoding.startswith("utf-8"),
            "the first row holds numbers, so columns are called by their place": (
                not about.has_header
            ),
        }
        grouped = (f"column {name}: {way.says}" for name, way in self.grouped.items())
        return (*(note for note, holds in found.items() if holds), *about.notes, *grouped)


_NAMES: dict[str, Any] = {";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}


def _shown(row: list[str]) -> str:
    text = ", ".join(cell[:20] for cell in row[:6])
    return text + (", ..." if len(row) > 6 else "")
