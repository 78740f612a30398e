"""Cells that are no numbers in columns of numbers: found, told, and taken as missing."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from chainrule.core.errors import UsageError
from chainrule.data.grouped import as_numbers
from chainrule.data.roles import CATEGORIES, is_unlike_classes
from chainrule.data.store import blocks
from chainrule.data.table import RawColumn, Table

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
        asked = " ".join(f"--holes {shlex.quote(text)}" for text in self.texts[:NAMED])
        more = len(self.texts) - NAMED
        others = f"; name the other {more} so, too, or the column stays one of texts"
        return f"{asked} takes such cells as missing (holes= in Python){others * (more > 0)}"

    @property
    def note(self) -> str:
        return f"{self.says}; {self.remedy}"


def odd_columns(table: Table) -> tuple[Odd, ...]:
    found = (_odd(table, k, column) for k, column in enumerate(table.columns))
    return tuple(each for each in found if each is not None)


def _odd(table: Table, k: int, column: RawColumn) -> Odd | None:
    if not column.texts or column.is_full or column.is_dates:
        return None
    is_number = ~np.isnan(as_numbers(column.texts, comma=table.comma))
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


@contextmanager
def naming_odd(table: Table, places: Collection[int]) -> Iterator[None]:
    """A refusal in here names the odd columns of these, and what to do about them."""
    try:
        yield
    except UsageError as error:
        odd = [each for each in odd_columns(table) if table.place(each.name) in places]
        if not odd:
            raise
        got = "; ".join((error.got, *(each.says for each in odd)))
        do = " ".join((*(f"{each.remedy}." for each in odd), error.do))
        raise UsageError(error.called, error.needs, got, do) from error
