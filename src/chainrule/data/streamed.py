"""One part of a table that is too large to be held: its rows are prepared when asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chainrule.core.dense import Array
from chainrule.data.columns import Target
from chainrule.data.encoder import Encoder
from chainrule.data.splits import Chosen
from chainrule.data.store import FORGET, as_float64, blocks, forget

FEW = 32  # rows far apart that are read at once: 2 MB of a file may come with each


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
    rows: Array | Chosen
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
        raw = self._raw(chosen)
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

    def _raw(self, rows: Array) -> Array:
        """These rows of the table; of one on disk no more than FORGET bytes stay in memory."""
        if not isinstance(self.values, np.memmap) or not len(rows):
            return as_float64(self.values[rows])
        size = self.values[0].nbytes
        first, last = int(rows.min()), int(rows.max())
        if (last - first) * size > FORGET:
            return np.concatenate([self._then_forgotten(each) for each in _cut(rows)])
        low, high = self.__dict__.get("_held", (first, last))
        low, high = min(first, low), max(last, high)
        if (high - low) * size > FORGET:
            forget(self.values)
            low, high = first, last
        self.__dict__["_held"] = low, high
        return as_float64(self.values[rows])

    def _then_forgotten(self, rows: Array) -> Array:
        made = as_float64(self.values[rows])
        forget(self.values)
        return made


def _cut(rows: Array) -> list[Array]:
    return np.split(rows, range(FEW, len(rows), FEW))
