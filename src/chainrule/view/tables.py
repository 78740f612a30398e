"""A table of one's own, before anything is learnt from it: what is in its columns."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.core.errors import UsageError
from chainrule.data import files, roles
from chainrule.data.scan import Scan, scan
from chainrule.data.table import Table
from chainrule.view.forms import told_choices
from chainrule.view.parts import Choice

PREVIEW = 8  # rows that are shown
CHOICES = ("scale", "missing", "task")  # that belong to a table


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

    target: what would be predicted if nothing else is said; task: "classes" or "numbers", or ""
    where that column can't be a target. What a choice of columns makes is asked by `Plan`.
    """

    id: str
    name: str
    rows: int
    columns: tuple[ColumnInfo, ...]
    first: tuple[tuple[str, ...], ...]
    target: tuple[str, ...]
    task: str
    notes: tuple[str, ...]
    choices: dict[str, tuple[Choice, ...]]  # for the settings scale, missing and task


PARTS = (ColumnInfo, TableInfo)


BYTES = 2**26  # of a file that is dropped
UNPACKED = 2**28  # bytes of what is packed in it
CELLS = 20_000_000
COLUMNS = 2_000
NAME = 100  # characters of a name that is shown
ENDINGS = (
    ".csv", ".tsv", ".txt", ".dat", ".data", ".npz", ".npy", ".parquet", ".pq", ".arrow",
    ".feather", ".ipc",
)  # fmt: skip
PACKED = (".gz", ".bz2", ".xz")
OPENERS = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


def safe_name(name: str) -> str:
    """A file name without folders and signs; its ending says what kind it is."""
    stem = name.replace("\\", "/").rpartition("/")[2].strip()[:NAME]
    kept = "".join(c if c.isalnum() or c in "._- " else "_" for c in stem).lstrip(". ")
    endings = [
        end for end in ENDINGS for more in ("", *PACKED) if kept.lower().endswith(end + more)
    ]
    if not endings:
        raise UsageError(
            f"the file {stem!r}", f"a table: {', '.join(ENDINGS)}, or one of these packed",
            "another ending", "Save it as CSV.",
        )  # fmt: skip
    return kept


def read(path: Path) -> Table:
    """The table in a file that was dropped; what is packed too large is not even read."""
    _check_unpacked(path)
    table = files.read(path)
    if len(table.columns) > COLUMNS or table.n * len(table.columns) > CELLS or table.n < 2:
        raise UsageError(
            f"the table {path.name!r}",
            f"2 rows or more, at most {COLUMNS:,} columns and {CELLS:,} cells",
            f"{table.n:,} rows and {len(table.columns):,} columns",
            "Take fewer of them; `chainrule train` has no such limit.",
        )  # fmt: skip
    return table


def _check_unpacked(path: Path) -> None:
    """Whether what is packed in it has room: it is unpacked once for that, and dropped."""
    opener: Any = OPENERS.get(path.suffix.lower())
    if path.suffix.lower() == ".npz" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
    elif opener is not None:
        size = 0
        try:
            with opener(path, "rb") as file:
                while size <= UNPACKED and (block := file.read(2**20)):
                    size += len(block)
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            return  # the reader says what is wrong with it
    else:
        return
    if size > UNPACKED:
        raise UsageError(
            f"the file {path.name!r}", f"at most {UNPACKED // 2**20} MB when unpacked", "more",
            "`chainrule train` takes larger ones.",
        )  # fmt: skip


def info(key: str, table: Table) -> TableInfo:
    """What is in it, and what would be predicted."""
    who = roles.assign(table, None)
    found = scan(table)
    target = tuple(table.columns[k].name for k in who.targets)
    columns = tuple(_column(table, k, found) for k in range(len(table.columns)))
    return TableInfo(
        key, table.source, table.n, columns, _first(table), target, _task(table, found, who),
        table.notes, {name: tuple(told_choices(name)) for name in CHOICES},
    )  # fmt: skip


def _task(table: Table, found: Scan, who: roles.Roles) -> str:
    """A table is no worse because the first guess at its target is: another column will do."""
    try:
        return roles.target_of(table, found, who.targets, None).task
    except UsageError:
        return ""


def _column(table: Table, k: int, found: Scan) -> ColumnInfo:
    column = table.columns[k]
    kind = "date" if column.is_dates else "text" if column.is_text else "number"
    if column.is_truth:
        kind = "truth"
    numbers = kind in ("number", "truth") and bool(np.isfinite(found.least[k]))
    return ColumnInfo(
        column.name, kind, int(found.missing[k]), len(column.texts) if column.texts else None,
        float(found.least[k]) if numbers else None, float(found.most[k]) if numbers else None,
    )  # fmt: skip


def _first(table: Table) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(_cell(table, k, value) for k, value in enumerate(row))
        for row in table.values[:PREVIEW].tolist()
    )


def _cell(table: Table, k: int, value: float) -> str:
    if value != value:
        return ""
    texts = table.columns[k].texts
    if texts and 0 <= int(value) < len(texts):
        return texts[int(value)][:NAME]
    return f"{value:.6g}"
