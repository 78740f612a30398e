"""A table of one's own, before anything is learnt from it: what is in its columns."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from chainrule.core.checks import plural
from chainrule.core.errors import ChainruleError, UsageError
from chainrule.data import dialect, files, roles
from chainrule.data.odd import Odd, odd_columns
from chainrule.data.scan import Scan, endless, scan
from chainrule.data.source import Source
from chainrule.data.table import OTHER, Table
from chainrule.data.trial import check_readable
from chainrule.view.extent import check_cells, check_extent
from chainrule.view.forms import told_choices
from chainrule.view.parts import ColumnInfo, TableInfo

ODD = 20  # texts of one column that may be taken as empty
PREVIEW = 8  # rows that are shown
CHOICES = ("scale", "missing", "task")  # that belong to a table


BYTES = 2**26  # of a file that is dropped
NAME = 100  # bytes of a file's name, characters of a text that is shown
ENDINGS = (
    ".csv", ".tsv", ".txt", ".dat", ".data", ".npz", ".npy", ".parquet", ".pq", ".arrow",
    ".feather", ".ipc",
)  # fmt: skip
PACKED = (".gz", ".bz2", ".xz")


def safe_name(name: str) -> str:
    """A file name without folders and signs, short enough for every disk; its ending, which says
    what kind it is, stays whole."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    kept = "".join(c if c.isalnum() or c in "._- " else "_" for c in last).lstrip(". ")
    every = (end + more for end in ENDINGS for more in ("", *PACKED))
    ending = next((each for each in every if kept.lower().endswith(each)), None)
    if kept.lower().endswith(".chainrule"):
        raise UsageError(
            f"the file {last[:NAME]!r}", "a table", "a run file",
            "Put it into the folder “runs”: “Earlier runs” opens it then. Or type "
            "`chainrule studio` and its name.",
        )  # fmt: skip
    if ending is None:
        raise UsageError(
            f"the file {last[:NAME]!r}", f"a table: {', '.join(ENDINGS)}, or one of these packed",
            "another ending", "Save it as CSV.",
        )  # fmt: skip
    stem, end = kept[: -len(ending)], kept[-len(ending) :]
    return stem.encode()[:NAME].decode(errors="ignore") + end


def read(path: Path) -> Table:
    """The table in a file that was dropped; what is packed too large is not even read."""
    if path.suffix.lower() in files.ARROW:
        check_readable(path, "chainrule.view.extent:read_within")
    else:
        check_extent(path)
    table = files.read(path, is_tried=True)
    check_cells(path, table.n, len(table.columns))
    return table


def looked_at(path: Path) -> tuple[Table, TableInfo]:
    """What is in a file from anywhere: whatever its reader stumbles over is the file's fault."""
    try:
        table = read(path)
        return table, replace(info(key_of(path), table), first=_own_text(path) or _first(table))
    except ChainruleError:
        raise
    except Exception as error:
        raise UsageError(
            f"the file {path.name!r}", "a table that can be read", _short(error),
            "Save it as CSV.",
        ) from error  # fmt: skip


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200].splitlines()[0]


def key_of(path: Path) -> str:
    """What tells a table from all others: the hash of its file, and the name it came under."""
    with path.open("rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}-{path.name[:150]}"


def info(key: str, table: Table) -> TableInfo:
    """What is in it, and what would be predicted."""
    who = roles.assign(table, None)
    found = scan(table)
    target = tuple(table.columns[k].name for k in who.targets)
    return TableInfo(
        key, table.source, table.n, columns_of(table), _first(table), target,
        _task(table, found, who), table.notes,
        {name: tuple(told_choices(name)) for name in CHOICES}, _waits(table, found),
    )  # fmt: skip


def _waits(table: Table, found: Scan) -> str:
    """What has to be chosen first: of cells without a value, and of those that are no numbers."""
    cells = int(found.missing.sum()) + sum(odd.cells for odd in odd_columns(table))
    if not cells:
        return ready(table.source)
    return f"{table.source} waits: choose what becomes of {plural(cells, 'cell')}"


def ready(name: str) -> str:
    return f"{name} waits: use it, or not now"


def columns_of(table: Table) -> tuple[ColumnInfo, ...]:
    """What is in each column."""
    found, odd = scan(table), {each.name: each for each in odd_columns(table)}
    return tuple(_column(table, k, found, odd.get(name)) for k, name in enumerate(table.names))


def _own_text(path: Path) -> tuple[tuple[str, ...], ...]:
    """The first rows as the file writes them: 0,290 and not 0.29; of a file of numbers none."""
    if path.suffix.lower() in (".npz", ".npy", *files.ARROW):
        return ()
    with Source(path) as source:
        with source.text() as text:
            found = dialect.found(text, source.called)
        with source.text() as text:
            rows = islice(found.rows(text, source.called), PREVIEW)
            return tuple(tuple(cell.strip()[:NAME] for cell in row) for _, row in rows)


def _task(table: Table, found: Scan, who: roles.Roles) -> str:
    """A table is no worse because the first guess at its target is: another column will do."""
    try:
        return roles.target_of(table, found, who.targets, None).task
    except UsageError:
        return ""


def _column(table: Table, k: int, found: Scan, odd: Odd | None) -> ColumnInfo:
    column = table.columns[k]
    kind = "date" if column.is_dates else "text" if column.is_text else "number"
    if column.is_truth:
        kind = "truth"
    ends = (float(found.least[k]), float(found.most[k]))
    numbers = kind in ("number", "truth") and bool(np.isfinite(ends).all())
    return ColumnInfo(
        column.name, kind, int(found.missing[k]), len(column.texts) if column.texts else None,
        column.is_full,
        ends[0] if numbers else None, ends[1] if numbers else None,
        odd.texts[:ODD] if odd else (), odd.says if odd else endless(table, found, k),
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
    if texts:
        return texts[int(value)][:NAME] if value != OTHER else "…"
    return f"{value:.6g}"
