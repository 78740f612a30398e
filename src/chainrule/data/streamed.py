"""One part of a table that is too large to be held: its rows are prepared when asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chainrule.core.dense import Array
from chainrule.data.columns import Target
from chainrule.data.encoder import Encoder
from chainrule.data.store import blocks, forget

FORGET = 2**26  # bytes of rows on disk that stay in memory at most
AROUND = 2**16  # bytes that come with each row that is read alone


@dataclass(frozen=True, eq=False)
class Answers:
    """From rows of a table to y: class numbers (n,), or numbers (n, outputs) in the target's units.

    labels: for texts the class of each text, for numbers the sorted classes; None: no classes.
    """

    target: Target
    places: tuple[int, ...]
    labels: Array | None

    def __call__(self, values: Array) -> Array:
        found = values[:, list(self.places)]
        if self.labels is None:
            if not self.target.is_scaled:
                return np.ascontiguousarray(found)
            scaled: Array = (found - np.array(self.target.means)) / np.array(self.target.scales)
            return scaled
        if self.labels.dtype == np.int64:
            return self.labels[found[:, 0].astype(np.intp)]
        return np.searchsorted(self.labels, found[:, 0]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Streamed:
    """Rows `rows` of a table, as x (n, inputs) and y."""

    values: Array  # (n of the table, columns) as they were read, mostly on disk
    rows: Array
    encoder: Encoder
    answers: Answers

    @property
    def n(self) -> int:
        return len(self.rows)

    def block(self, start: int, stop: int) -> tuple[Array, Array, None]:
        return self.gather(slice(start, stop))

    def gather(self, rows: Array | slice) -> tuple[Array, Array, None]:
        """Single rows of the part."""
        chosen = self.rows[rows]
        raw = np.asarray(self.values[chosen])
        self._tidy(chosen)
        first = int(chosen[0]) if len(chosen) else 0
        return self.encoder(raw, first), self.answers(raw), None

    def extremes(self) -> Array:
        """Answers that stand for all: the least and the greatest class, or a row of numbers."""
        if self.answers.labels is not None:
            return np.array([0, len(self.answers.target.classes) - 1])
        return self.gather(slice(0, 1))[1]

    @cached_property
    def digest(self) -> bytes:
        """Of all that decides what the rows are."""
        hashed = hashlib.sha256(repr((self.answers.target, self.encoder.width)).encode())
        for block in blocks(self.values, self.rows):
            hashed.update(np.ascontiguousarray(block).data)
        return hashed.digest()

    def _tidy(self, rows: Array) -> None:
        """Hand memory back before too much of the file is held.

        Held is at most all between the first and the last row asked for, and at most what came
        with each row alone.
        """
        if not isinstance(self.values, np.memmap) or not len(rows):
            return
        first, last, alone = self.__dict__.get("_held", (len(self.values), 0, 0))
        first, last = min(first, int(rows.min())), max(last, int(rows.max()))
        alone += len(rows) * AROUND
        span = (last - first + 1) * self.values[0].nbytes
        if min(span, alone) > FORGET:
            forget(self.values)
            first, last, alone = len(self.values), 0, 0
        self.__dict__["_held"] = first, last, alone
