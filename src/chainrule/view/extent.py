"""How much a dropped file holds, asked before any of it is unpacked into a table."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from chainrule.core.checks import plural
from chainrule.core.errors import UsageError
from chainrule.data import files
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
            elif ending in files.ARROW:
                _check_arrow(path, content, files.ARROW[ending].replace("read", "scan"))


def check_cells(path: Path, rows: int, columns: int) -> None:
    if rows < 2:
        raise UsageError(
            f"the table {path.name!r}", "2 rows or more to learn from", plural(rows, "row"),
            "Is it the whole file? Each row stands on a line of its own.",
        )  # fmt: skip
    if columns > COLUMNS or rows * columns > CELLS:
        raise UsageError(
            f"the table {path.name!r}", f"at most {COLUMNS:,} columns and {CELLS:,} cells",
            f"{plural(rows, 'row')} and {plural(columns, 'column')}",
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
    held = io.BytesIO(content.read())
    try:
        module: Any = importlib.import_module("polars")
        extent, wrong = _by_polars(held, module, function), files.wrong_file(module)
    except ImportError:
        try:
            module = importlib.import_module("pyarrow")
        except ImportError:
            return  # the reader says so
        extent, wrong = _by_pyarrow(held, module, function), files.wrong_arrow(module)
    told = _next(extent, wrong)
    if told is None:
        return
    rows, columns, lists = told
    check_cells(path, int(rows), columns)
    if lists:
        raise UsageError(
            f"the table {path.name!r}", "one value a cell", f"lists in column {lists[0][:60]!r}",
            "Split it into columns, or leave it out.",
        )  # fmt: skip
    told = _next(extent, wrong)
    if told is not None:
        _check_bytes(path, told[0])


Extent = Iterator[tuple[Any, ...]]  # (rows, columns, names of columns of lists); then (bytes,)


def _next(extent: Extent, wrong: tuple[type[BaseException], ...]) -> tuple[Any, ...] | None:
    """None: it is broken, as its reader will say."""
    try:
        return next(extent)
    except wrong:
        return None


def _by_polars(content: io.BytesIO, polars: Any, function: str) -> Extent:
    frame = getattr(polars, function)(content)
    kinds = frame.collect_schema()
    lists = [name for name, kind in kinds.items() if kind.is_nested()]

    def number(asked: Any) -> int:
        return int(frame.select(asked).collect().item())

    yield number(polars.len()), len(kinds), lists
    sizes = [polars.col(name).str.len_bytes() for name in kinds if kinds[name] == polars.String]
    sizes += [polars.col(name).bin.size() for name in kinds if kinds[name] == polars.Binary]
    yield (sum(number(each.sum()) for each in sizes),)


def _by_pyarrow(content: io.BytesIO, arrow: Any, function: str) -> Extent:
    """Block by block, each dropped before the next; a block too large is not read at all."""
    is_parquet = function == "scan_parquet"
    reader = importlib.import_module("pyarrow.parquet" if is_parquet else "pyarrow.ipc")
    file = reader.ParquetFile(content) if is_parquet else reader.open_file(content)
    schema = file.schema_arrow if is_parquet else file.schema
    nested = arrow.types.is_nested
    lists = [each.name for each in schema if nested(each.type)]
    if is_parquet:
        yield file.metadata.num_rows, len(schema), lists
        blocks: Any = file.iter_batches(2**14)
    else:
        count = range(file.num_record_batches)
        yield sum(file.get_batch(k).num_rows for k in count), len(schema), lists
        blocks = (file.get_batch(k) for k in count)
    size = 0
    for block in blocks:
        size += block.nbytes
        if size > UNPACKED:
            break
    yield (size,)


def read_within(path: Path) -> None:
    """A Parquet or Arrow file to its end, for errors alone, if it is not too large."""
    check_extent(path)
    files.frame(path)
