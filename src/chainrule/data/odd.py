"""Cells that are no numbers in columns of numbers: found, told, and taken as missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.cells import NO_NUMBER, numbers
from chainrule.data.roles import CATEGORIES, is_unlike_classes
from chainrule.data.store import blocks
from chainrule.data.table import OTHER, RawColumn, Table

MOSTLY = 0.75  # of a column's cells are numbers: then the others are odd
NAMED = 5  # odd texts that are named


@dataclass(frozen=True)
class Odd:
    """A column of texts that is one of numbers but for a few cells.

    cells: how many are no numbers, of those that are not empty; texts: what stands there, the most
    frequent first; inputs: how many the column makes as it is, 0 where it is left out.
    """

    name: str
    cells: int
    of: int
    texts: tuple[str, ...]
    inputs: int

    @property
    def says(self) -> str:
        more = f" and {len(self.texts) - NAMED} more" if len(self.texts) > NAMED else ""
        what = ", ".join(repr(text[:40]) for text in self.texts[:NAMED]) + more
        are = "is no number" if self.cells == 1 else "are no numbers"
        as_text = f"{self.inputs:,} inputs" if self.inputs else "left out"
        return (
            f"column {self.name}: {self.cells:,} of {self.of:,} cells {are}: {what}; as text "
            f"it is {as_text}"
        )

    @property
    def remedy(self) -> str:
        asked = " ".join(f"--holes {_quoted(text)}" for text in self.texts[:NAMED])
        return f"{asked} takes such cells as missing (holes= in Python)"


def _quoted(text: str) -> str:
    return text if text.isalnum() else repr(text)


def odd_columns(table: Table) -> tuple[Odd, ...]:
    found = (_odd(table, k, column) for k, column in enumerate(table.columns))
    return tuple(each for each in found if each is not None)


def _odd(table: Table, k: int, column: RawColumn) -> Odd | None:
    if not column.texts or column.is_full or column.is_dates:
        return None
    is_number = ~np.isnan(_as_numbers(column.texts, table.comma))
    if is_number.all() or not is_number.any():
        return None
    counts = np.zeros(len(column.texts), np.int64)
    for block in blocks(table.values):
        codes = block[:, k]
        counts += np.bincount(codes[~np.isnan(codes)].astype(np.intp), minlength=len(counts))
    total, good = int(counts.sum()), int(counts[is_number].sum())
    if good < MOSTLY * total:
        return None
    order = np.argsort(-counts, kind="stable")
    texts = tuple(column.texts[at] for at in order if not is_number[at] and counts[at])
    left_out = is_unlike_classes(len(column.texts), table.n)
    inputs = 0 if left_out else min(len(column.texts), CATEGORIES)
    return Odd(column.name, total - good, total, texts, inputs)


def _as_numbers(texts: Iterable[str], comma: bool) -> Array:
    """NaN for what is none."""
    made = []
    for text in texts:
        found = numbers([text], comma=comma)
        made.append(np.nan if isinstance(found, int) else found[0])
    return np.array(made)


# ------------------------------------------------------------------------------------------ holes


def as_holes(holes: object) -> tuple[str, ...]:
    """The texts that are asked for, each once."""
    asked = (holes,) if isinstance(holes, str) else holes
    if not isinstance(asked, list | tuple) or not all(isinstance(each, str) for each in asked):
        raise UsageError(
            "Data.from_file", "holes: texts that stand for a missing value", repr(holes)[:60],
            "As holes=['k.A.', 'unknown'].",
        )  # fmt: skip
    return tuple(dict.fromkeys(asked))


def with_holes(table: Table, holes: tuple[str, ...]) -> Table:
    """The table with these texts as missing values; a column that is one of numbers but for them
    is one of numbers then."""
    wanted = {text.strip().casefold() for text in holes}
    changed: dict[int, tuple[RawColumn, Array]] = {}
    for k, column in enumerate(table.columns):
        texts = column.texts or ()
        gone = np.array([text.casefold() in wanted for text in texts], dtype=bool)
        if gone.any():
            changed[k] = _without(column, gone, table.comma)
    if not changed:
        return table
    values = np.concatenate(list(blocks(table.values)))
    for k, (_, lookup) in changed.items():
        codes = values[:, k]
        there = ~np.isnan(codes)
        codes[there] = lookup[codes[there].astype(np.intp)]
    columns = [changed[k][0] if k in changed else c for k, c in enumerate(table.columns)]
    return replace(table, columns=tuple(columns), values=values)


def _without(column: RawColumn, gone: Array, comma: bool) -> tuple[RawColumn, Array]:
    """The column, and what becomes of each of its old numbers: NaN of what is a hole."""
    texts = column.texts or ()
    left = [text for text, is_gone in zip(texts, gone, strict=True) if not is_gone]
    odd = [text for text in left if text.casefold() not in NO_NUMBER]
    if odd and not column.is_full and not np.isnan(_as_numbers(odd, comma)).any():
        lookup = _as_numbers(texts, comma)
        lookup[gone] = np.nan
        return RawColumn(column.name), lookup
    codes = np.append(np.cumsum(~gone) - 1.0, OTHER)  # OTHER is the last place's number, too
    codes[:-1][gone] = np.nan
    return replace(column, texts=tuple(left)), codes
