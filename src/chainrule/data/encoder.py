"""Rows of a table as a network takes them: matched by name, scaled, texts as 0 and 1."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.cells import is_number
from chainrule.data.columns import Column
from chainrule.data.store import blocks
from chainrule.data.table import NOT_FINITE, RawColumn, Table


class Encoder:
    """`encoder(values, at)`: a block (m, columns) of a table's rows as x (m, inputs)."""

    def __init__(
        self, columns: Sequence[Column], places: Sequence[int], missing: str, table: Table
    ) -> None:
        """columns: those that are used; places: where each stands in the table, −1 if nowhere.

        A column that was constant in the training is 0 for ever: nothing was learnt about it.
        """
        self.missing, self.called = missing, table.called
        pairs = list(zip(columns, places, strict=True))
        starts = np.cumsum([0, *(column.width for column in columns)]).tolist()
        self.width = starts[-1]
        numbers = [
            (k, c, p) for k, (c, p) in enumerate(pairs) if c.kind == "number" and not c.is_constant
        ]
        for _, column, place in numbers:
            _check_number(column, table.columns[place], table.called)
        self.numbers = [column for _, column, _ in numbers]
        self.number_places = np.array([place for *_, place in numbers], dtype=np.intp)
        self.number_inputs = np.array([starts[k] for k, *_ in numbers], dtype=np.intp)
        self.means = np.array([column.mean for column in self.numbers])
        self.scales = np.array([column.scale for column in self.numbers])
        self.fills = np.array([column.filled for column in self.numbers])
        self.texts = [
            (column, place, starts[k], _lookup(column, table.columns[place]))
            for k, (column, place) in enumerate(pairs)
            if column.kind == "category"
        ]

    @classmethod
    def by_name(cls, columns: Sequence[Column], missing: str, table: Table) -> Encoder:
        """The columns of a table of its own: others and another order do no harm."""
        names = table.names
        if not table.has_names and len(names) == len(columns):
            return cls(columns, range(len(columns)), missing, table)
        known = {name: k for k, name in enumerate(names)}
        gone = [c.name for c in columns if c.name not in known and not c.is_constant]
        if gone:
            free = set(names) - {column.name for column in columns}
            near = difflib.get_close_matches(gone[0], sorted(free), n=1, cutoff=0.6)
            guess = f"Is it {near[0]!r}? Rename it. " if near else ""
            raise UsageError(
                f"predict {table.source}", f"the columns of the training: {_list(gone)}, too",
                f"columns {_list(names)}", f"{guess}Columns are matched by name, in any order.",
            )  # fmt: skip
        return cls(columns, [known.get(column.name, -1) for column in columns], missing, table)

    def all(self, values: Array) -> Array:
        """x (n, inputs) of all rows."""
        made, at = np.empty((len(values), self.width)), 0
        for block in blocks(values):
            made[at : at + len(block)] = self(block, at)
            at += len(block)
        return made

    def __call__(self, values: Array, at: int = 0) -> Array:
        x = self._numbers(values, at)
        if len(self.numbers) == self.width:
            return x
        made = np.zeros((len(values), self.width))
        made[:, self.number_inputs] = x
        rows = np.arange(len(values))
        for column, place, start, lookup in self.texts:
            chosen = self._categories(column, values[:, place], lookup, at)
            known = chosen >= 0
            made[rows[known], start + chosen[known]] = 1.0
        return made

    def _numbers(self, values: Array, at: int) -> Array:
        found = values[:, self.number_places]
        if not np.isfinite(found).all():
            if np.isinf(found).any():
                self._refuse(np.argwhere(np.isinf(found))[0], found, at)
            if self.missing != "mean":
                self._refuse(np.argwhere(np.isnan(found))[0], found, at)
            found = np.where(np.isnan(found), self.fills, found)
        made: Array = (found - self.means) / self.scales
        return made

    def _categories(
        self, column: Column, codes: Array, lookup: dict[float, int] | Array, at: int
    ) -> Array:
        """The number of each row's category; −1 where it is none of them, or missing."""
        nothing = np.isnan(codes)
        if nothing.any() and self.missing != "mean":
            self._missing(column.name, at + int(nothing.argmax()))
        if isinstance(lookup, dict):
            return np.array([lookup.get(code, -1) for code in codes.tolist()], dtype=np.intp)
        made: Array = lookup[np.where(nothing, len(lookup) - 1, codes).astype(np.intp)]
        return made

    def _refuse(self, place: Array, found: Array, at: int) -> NoReturn:
        row, k = place.tolist()
        name = self.numbers[k].name
        if np.isnan(found[row, k]):
            self._missing(name, at + row)
        raise UsageError(
            self.called, f"finite numbers in column {name!r}",
            f"{found[row, k]:g} in row {at + row + 1}", NOT_FINITE,
        )  # fmt: skip

    def _missing(self, name: str, row: int) -> NoReturn:
        raise UsageError(
            self.called, f"a value in every row of column {name!r}", f"none in row {row + 1}",
            "Fill it in or leave the row out; a model trained with --missing mean fills it in.",
        )  # fmt: skip


def _check_number(column: Column, raw: RawColumn, called: str) -> None:
    if raw.texts:
        odd = (t for t in raw.texts if not is_number(t) and not is_number(t, comma=True))
        raise UsageError(
            called, f"numbers in column {column.name!r}",
            raw.first_text or repr(next(odd, raw.texts[0])[:40]),
            "Is it the column of that name in the training's table?",
        )  # fmt: skip


def _lookup(column: Column, raw: RawColumn) -> dict[float, int] | Array:
    """From a table's own numbers of texts to those of the categories."""
    place = {category: k for k, category in enumerate(column.categories)}
    if raw.texts is None:
        return {float(c): k for c, k in place.items() if _is_float(c)}
    return np.array([*(place.get(text, -1) for text in raw.texts), -1], dtype=np.intp)


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _list(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:6])) + (f" and {len(names) - 6} more" * (len(names) > 6))
