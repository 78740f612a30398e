"""Texts that stand for missing values where a person says so: a table without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.cells import NO_NUMBER, Holes
from chainrule.data.grouped import as_numbers
from chainrule.data.store import Store, blocks
from chainrule.data.table import OTHER, RawColumn, Table


def as_holes(holes: object) -> tuple[str, ...]:
    """The texts that are asked for, each once."""
    asked = (holes,) if isinstance(holes, str) else holes
    if not isinstance(asked, list | tuple) or not all(isinstance(each, str) for each in asked):
        raise UsageError(
            "Data.from_file", "holes: texts that stand for a missing value", repr(holes)[:60],
            "As holes=['k.A.', 'unknown'].",
        )  # fmt: skip
    return tuple(dict.fromkeys(asked))


def with_holes(table: Table, asked: tuple[str, ...]) -> Table:
    """The table with these texts, and the numbers that they read as, as missing values; a column
    that is one of numbers but for them is one of numbers then."""
    if not asked or (table.holes and set(asked) <= set(table.holes.asked)):
        return table
    holes = Holes(asked, comma=table.comma)
    changed: dict[int, tuple[RawColumn, Array]] = {}
    for k, column in enumerate(table.columns):
        gone = np.array([holes.takes(text) for text in column.texts or ()], dtype=bool)
        if gone.any():
            changed[k] = _without(column, gone, holes, table.comma)
    numbers = [k for k, c in enumerate(table.columns) if not c.is_text and not c.is_truth]
    if not changed and not _any_in(table, numbers, holes):
        return replace(table, holes=holes)
    store = Store(len(table.columns))
    for block in blocks(table.values):
        store.add(_cleared(block.copy(), changed, numbers, holes))
    columns = [changed[k][0] if k in changed else c for k, c in enumerate(table.columns)]
    return replace(table, columns=tuple(columns), values=store.whole(), holes=holes)


def _any_in(table: Table, numbers: list[int], holes: Holes) -> bool:
    wanted = list(holes.numbers)
    if not wanted or not numbers:
        return False
    return any(np.isin(block[:, numbers], wanted).any() for block in blocks(table.values))


def _cleared(
    block: Array, changed: dict[int, tuple[RawColumn, Array]], numbers: list[int], holes: Holes
) -> Array:
    for k, (_, lookup) in changed.items():
        codes = block[:, k]
        there = ~np.isnan(codes)
        codes[there] = lookup[codes[there].astype(np.intp)]
    for k in numbers if holes.numbers else ():
        holes.clear(block[:, k])
    return block


def _without(column: RawColumn, gone: Array, holes: Holes, comma: bool) -> tuple[RawColumn, Array]:
    """The column, and what becomes of each of its old numbers: NaN of what is a hole."""
    texts = column.texts or ()
    left = [text for text, is_gone in zip(texts, gone, strict=True) if not is_gone]
    odd = np.array([text.casefold() not in NO_NUMBER for text in left], dtype=bool)
    found = as_numbers(left, comma=comma)
    if odd.any() and not column.is_full and not np.isnan(found[odd]).any():
        lookup = np.full(len(texts), np.nan)
        lookup[~gone] = holes.clear(found)
        return RawColumn(column.name), lookup
    codes = np.append(np.cumsum(~gone) - 1.0, OTHER)  # OTHER is the last place's number, too
    codes[:-1][gone] = np.nan
    return replace(column, texts=tuple(left)), codes
