"""A table of one's own, before anything is learnt from it: what is in its columns."""

from __future__ import annotations

from dataclasses import dataclass

PREVIEW = 8  # rows that are shown


@dataclass(frozen=True)
class ColumnInfo:
    """kind: "number", "text", "truth" or "date". distinct: of a text, how many there are."""

    name: str
    kind: str
    missing: int
    distinct: int | None
    least: float | None
    most: float | None


@dataclass(frozen=True)
class TableInfo:
    """The answer to POST /table. `id` is what the setting "data" is then to be: "table:<id>".

    target: what would be predicted if nothing else is said; error: why that does not go, if so.
    """

    id: str
    name: str
    rows: int
    columns: tuple[ColumnInfo, ...]
    first: tuple[tuple[str, ...], ...]
    target: tuple[str, ...]
    task: str
    notes: tuple[str, ...]


PARTS = (ColumnInfo, TableInfo)
