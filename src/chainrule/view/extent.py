"""How much a dropped file holds, asked before any of it is unpacked into a table."""

from __future__ import annotations

import importlib
import io
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from chainrule.core.errors import UsageError
from chainrule.data.files import ARROW, wrong_file
from chainrule.data.source import Source

UNPACKED = 2**28  # bytes of what is packed in it
CELLS = 20_000_000
COLUMNS = 2_000


def check_extent(path: Path) -> None:
    """Refuses what would not fit once unpacked. What can't be read is left to the reader."""
    ending = path.suffix.lower()
    with Source(path) as source:
        with source.content() as content:
            _check_bytes(path, _length(content) if source.packed else 0)
        with source.content() as content:
            if ending == ".npz" and zipfile.is_zipfile(content):
                _check_archive(path, content)
            elif ending in ARROW:
                _check_arrow(path, content, ARROW[ending].replace("read", "scan"))


def check_cells(path: Path, rows: int, columns: int) -> None:
    if columns > COLUMNS or rows * columns > CELLS or rows < 2:
        raise UsageError(
            f"the table {path.name!r}",
            f"2 rows or more, at most {COLUMNS:,} columns and {CELLS:,} cells",
            f"{rows:,} rows and {columns:,} columns",
            "Take fewer of them; `chainrule train` has no such limit.",
        )  # fmt: skip


def _check_bytes(path: Path, size: int) -> None:
    if size > UNPACKED:
        raise UsageError(
            f"the file {path.name!r}", f"at most {UNPACKED // 2**20} MB when unpacked", "more",
            "`chainrule train` takes larger ones.",
        )  # fmt: skip


def _length(content: BinaryIO) -> int:
    """Unpacked block by block and dropped, up to the limit."""
    size = 0
    while size <= UNPACKED and (block := content.read(2**20)):
        size += len(block)
    return size


def _check_archive(path: Path, content: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(content) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        return
    _check_bytes(path, size)


def _check_arrow(path: Path, content: BinaryIO, function: str) -> None:
    """Rows and columns as the file's own index has them; then the bytes of its texts."""
    try:
        polars: Any = importlib.import_module("polars")
    except ImportError as error:
        raise UsageError(
            f"the file {path.name!r}", "polars, which reads such files", "none",
            "pip install 'chainrule[data]', in a clone of it '.[data]', or save it as CSV.",
        ) from error  # fmt: skip
    try:
        frame = getattr(polars, function)(io.BytesIO(content.read()))
        kinds = frame.collect_schema()
        rows = _number(frame, polars.len())
    except wrong_file(polars):
        return
    check_cells(path, rows, len(kinds))
    lists = [name for name, kind in kinds.items() if kind.is_nested()]
    if lists:
        raise UsageError(
            f"the table {path.name!r}", "one value a cell", f"lists in column {lists[0][:60]!r}",
            "Split it into columns, or leave it out.",
        )  # fmt: skip
    sizes = [polars.col(name).str.len_bytes() for name in kinds if kinds[name] == polars.String]
    sizes += [polars.col(name).bin.size() for name in kinds if kinds[name] == polars.Binary]
    try:
        size = sum(_number(frame, each.sum()) for each in sizes)
    except wrong_file(polars):
        return
    _check_bytes(path, size)


def _number(frame: Any, asked: Any) -> int:
    return int(frame.select(asked).collect().item())
