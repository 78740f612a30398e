"""Rows of numbers that come bit by bit: in memory, and on disk from a certain size on."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import TaskError
from chainrule.data.splits import Chosen

LARGE = 2**26  # bytes; more of them go to a temporary file
FORGET = 2**26  # bytes of rows on disk that stay in memory at most
AT_ONCE = 2**20  # numbers of one block
FOLDER = "CHAINRULE_CACHE"  # environment: the folder for such files


class Store:
    """`add` rows (n, columns) float64, then `whole()` is all of them, read-only.

    The file on disk has no name: it is gone when the array is, even after a kill.
    """

    def __init__(self, columns: int) -> None:
        self.columns, self.n = columns, 0
        self._blocks: list[Array] = []
        self._file: BinaryIO | None = None

    def add(self, rows: Array) -> None:
        self._blocks.append(rows)
        self.n += len(rows)
        if self._file is not None or 8 * self.n * self.columns > LARGE:
            self._to_disk()

    def whole(self) -> Array:
        if self._file is not None:
            with self._file as file:  # the map outlives it
                file.flush()
                return np.memmap(file, np.float64, "r", shape=(self.n, self.columns))
        made = np.concatenate(self._blocks) if self._blocks else np.empty((0, self.columns))
        self._blocks = []
        made.setflags(write=False)
        return made

    def _to_disk(self) -> None:
        folder = os.environ.get(FOLDER)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it outlives this
            for block in self._blocks:
                self._file.write(np.ascontiguousarray(block).data)
        except OSError as error:
            where = folder or tempfile.gettempdir()
            size = 8 * self.n * self.columns / 1e9
            raise TaskError(
                "read a large table", f"space for {size:.1f} GB and more in {where}",
                str(error), f"Set {FOLDER} to a folder with more space.",
            ) from error  # fmt: skip
        self._blocks = []


def blocks(values: Array, rows: Array | Chosen | None = None) -> Iterator[Array]:
    """All rows, or those of these numbers, some at a time, float64."""
    n = len(values) if rows is None else len(rows)
    at_once = max(1, AT_ONCE // max(1, values.shape[1]))
    for start in range(0, n, at_once):
        chosen = slice(start, start + at_once)
        yield as_float64(values[chosen] if rows is None else values[rows[chosen]])
        forget(values)


def as_float64(values: Array) -> Array:
    """A block of a table: its numbers, if it is in float64, else a copy."""
    return np.asarray(values, dtype=np.float64)


def column(values: Array, k: int) -> Array:
    """One column of them all, (n,)."""
    return np.concatenate([block[:, k] for block in blocks(values)])


def forget(values: Array) -> None:
    """Hand back the memory that rows on disk have taken; they are read again when asked for."""
    held = map_of(values, to_forget=True)
    if held is not None and hasattr(mmap, "MADV_DONTNEED"):
        held.madvise(mmap.MADV_DONTNEED)


def map_of(values: Array, *, to_forget: bool = False) -> mmap.mmap | None:
    """The file that an array's rows lie in, if they do.

    to_forget: not if the array was opened with mode "c": its changes are nowhere else.
    """
    held: Any = values
    while isinstance(held, np.ndarray):
        if to_forget and getattr(held, "mode", None) == "c":
            return None
        held = held.base
    return held if isinstance(held, mmap.mmap) else None
