"""Tables in files: text of many kinds, .npz and .npy, and Parquet or Arrow where a reader is."""

from __future__ import annotations

import importlib
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data import csv_file
from chainrule.data.holes import with_holes
from chainrule.data.source import Report, Source
from chainrule.data.store import LARGE
from chainrule.data.table import RawColumn, Table, from_columns, from_frame
from chainrule.data.trial import check_readable

ARROW = {".parquet": "read_parquet", ".pq": "read_parquet", ".arrow": "read_ipc",
         ".feather": "read_ipc", ".ipc": "read_ipc"}  # fmt: skip
UNREADABLE = (  # an array larger than the memory; a zip that is encrypted, or packed in another way
    ValueError, KeyError, TypeError, OverflowError, MemoryError, RuntimeError, EOFError, zlib.error,
    zipfile.BadZipFile, SyntaxError, tokenize.TokenError,
)  # fmt: skip
INPUTS, ANSWERS = ("x", "data", "features", "x_train"), ("y", "target", "labels", "y_train")


def read(
    path: str | Path, *, texts: Iterable[str] = (), holes: tuple[str, ...] = (),
    report: Report | None = None, is_tried: bool = False,
) -> Table:  # fmt: skip
    """The table in a file; "-" is standard input. Its ending tells npz, npy, Parquet and Arrow.

    texts: names of columns that are text whatever they hold. holes: cells that are missing values,
    beside the usual ones. report(read, in all) hears how far
    the reading is, in bytes. is_tried: a Parquet or Arrow file was read to its end before, by
    `trial.check_readable`.
    """
    ending = Path(path).suffix.lower()
    with Source(path, report) as source:
        if ending == ".npy" and (mapped := _mapped(source)):
            return with_holes(mapped, holes)
        if ending in (".npz", ".npy"):
            return with_holes(_numpy(source, texts), holes)
        if ending in ARROW:
            if not is_tried:
                check_readable(Path(path))
            table = from_frame(_arrow(source, ARROW[ending]), source=source.name, texts=texts)
            return with_holes(table, holes)
        return csv_file.read(source, texts=texts, holes=holes)


def _mapped(source: Source) -> Table | None:
    """The table of a large array of numbers, which stays in its file."""
    try:
        array = np.load(source.path, mmap_mode="r")
    except (OSError, *UNREADABLE):  # it comes from elsewhere, is packed, or is no such file
        return None
    if array.ndim != 2 or array.dtype.kind not in "iuf" or array.nbytes <= LARGE:
        return None
    columns = tuple(RawColumn(f"x{k + 1}") for k in range(array.shape[1]))
    return Table(columns, array, source.name)


def _numpy(source: Source, texts: Iterable[str]) -> Table:
    try:
        with source.content() as content:
            loaded: Any = np.load(content, allow_pickle=False)
            arrays = {name: loaded[name] for name in loaded} if hasattr(loaded, "files") else loaded
    except UsageError:
        raise
    except UNREADABLE as error:
        raise UsageError(
            source.called, "arrays of numbers or text, as np.savez writes them",
            str(error) or type(error).__name__,
            "Objects, encrypted files and other packings can't be read: save plain arrays.",
        ) from error  # fmt: skip
    if isinstance(arrays, np.ndarray):
        arrays = {"x": arrays}
    return from_columns(_named(arrays, source.called), source=source.name, texts=texts)


def _named(arrays: Mapping[str, Array], called: str) -> dict[str, Array]:
    """x (n, ...) and y as columns x1, x2, ..., y; columns of one length as they are."""
    if arrays and all(array.ndim == 1 for array in arrays.values()):
        return dict(arrays)
    low = {name.lower(): name for name in arrays}
    x = next((low[name] for name in INPUTS if name in low), None)
    y = next((low[name] for name in ANSWERS if name in low), None)
    if x is None or arrays[x].ndim < 2:
        raise UsageError(
            called, "x (n, inputs) and y (n,), or columns of one length",
            ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "no arrays",
            "np.savez(path, x=x, y=y) writes them.",
        )  # fmt: skip
    columns = _columns("x", arrays[x])
    return columns | (_columns("y", arrays[y]) if y is not None else {})


def _columns(name: str, array: Array) -> dict[str, Array]:
    if array.ndim == 1:
        return {name: array}
    flat = array.reshape(len(array), -1).T
    return {f"{name}{k + 1}": column for k, column in enumerate(flat)}


def frame(path: Path) -> None:
    """Read a Parquet or Arrow file, for errors alone."""
    with Source(path) as source:
        _arrow(source, ARROW[path.suffix.lower()])


def _arrow(source: Source, function: str) -> Any:
    """By polars, or else by pyarrow; both are optional."""
    try:
        return _read_by_polars(source, function)
    except ImportError:
        try:
            return _read_by_pyarrow(source, function)
        except ImportError as error:
            raise UsageError(
                source.called, "polars or pyarrow, which read such files", "neither of them",
                "pip install 'chainrule[data]', in a clone of it '.[data]', or save it as CSV.",
            ) from error  # fmt: skip


def _read_by_polars(source: Source, function: str) -> Any:
    polars = importlib.import_module("polars")
    with source.content() as content:
        try:
            return getattr(polars, function)(content)
        except wrong_file(polars) as error:
            raise _unreadable(source, error) from error


def wrong_file(polars: Any) -> tuple[type[BaseException], ...]:
    """What polars raises for a broken file; its panic is no Exception."""
    known = polars.exceptions
    return (known.PolarsError, known.PanicException, ValueError, OSError)


def _read_by_pyarrow(source: Source, function: str) -> Any:
    module = "pyarrow.parquet" if function == "read_parquet" else "pyarrow.feather"
    reader, arrow = importlib.import_module(module), importlib.import_module("pyarrow")
    with source.content() as content:
        try:
            return reader.read_table(content)
        except wrong_arrow(arrow) as error:
            raise _unreadable(source, error) from error


def wrong_arrow(arrow: Any) -> tuple[type[BaseException], ...]:
    """What pyarrow raises for a broken file."""
    return (arrow.ArrowException, ValueError, OSError, MemoryError)


def _unreadable(source: Source, error: BaseException) -> UsageError:
    said = str(error).splitlines() or [type(error).__name__]
    return UsageError(
        source.called, "a whole Parquet or Arrow file", said[0],
        "Take a whole copy of it, or save it as CSV.",
    )  # fmt: skip
