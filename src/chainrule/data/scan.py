"""What the columns of a table hold, looked at once, block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.store import blocks
from chainrule.data.table import NOT_FINITE, Table


@dataclass(frozen=True)
class Scan:
    """Of each column, (columns,)."""

    missing: Array  # how many values
    first_missing: Array  # the row of the first
    infinite: Array  # the row of the first infinity, −1 where there is none
    least: Array
    most: Array
    whole: Array  # whether all numbers are whole
    counts: Array  # whether they count the rows: k, k + 1, k + 2, ...


def scan(table: Table) -> Scan:
    k, at, previous = len(table.columns), 0, None
    missing, first_missing = np.zeros(k, np.int64), np.full(k, -1)
    infinite, least, most = np.full(k, -1), np.full(k, np.inf), np.full(k, -np.inf)
    whole, counts = np.ones(k, bool), np.ones(k, bool)
    for block in blocks(table.values):
        nothing, endless = np.isnan(block), np.isinf(block)
        _first(first_missing, nothing, at)
        _first(infinite, endless, at)
        missing += nothing.sum(axis=0)
        least = np.minimum(least, np.where(nothing, np.inf, block).min(axis=0))
        most = np.maximum(most, np.where(nothing, -np.inf, block).max(axis=0))
        with np.errstate(invalid="ignore"):
            whole &= (nothing | (block == np.floor(block))).all(axis=0)
            joined = block if previous is None else np.vstack([previous, block])
            counts &= (np.diff(joined, axis=0) == 1).all(axis=0)
        previous, at = block[-1:], at + len(block)
    return Scan(missing, first_missing, infinite, least, most, whole, counts)


def _first(found: Array, there: Array, at: int) -> None:
    """Note the first row of this block where there is one, if none was noted before."""
    new = there.any(axis=0) & (found < 0)
    if new.any():
        found[new] = at + there[:, new].argmax(axis=0)


def check_finite(table: Table, found: Scan, places: list[int]) -> None:
    for k in places:
        where = endless(table, found, k)
        if where:
            raise UsageError(
                table.called, f"finite numbers in column {table.columns[k].name!r}", where,
                NOT_FINITE,
            )  # fmt: skip


def endless(table: Table, found: Scan, k: int) -> str:
    """Where a column of numbers has the first one that is not finite, or ""."""
    if found.infinite[k] < 0 or table.columns[k].is_text:
        return ""
    return f"an infinity in row {found.infinite[k] + 1}"
