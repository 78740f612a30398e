"""Which rows make up step t: computed from t alone, the same for every engine."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.engine.classes import class_weights, classes_of
from chainrule.engine.protocol import Arrays
from chainrule.records import Batch
from chainrule.spec import Training

NO_ROWS = np.arange(0)


@lru_cache(maxsize=1)  # an epoch may be cut into many calls of an engine
def order_of_epoch(seed: int, epoch: int, n: int) -> Array:
    rows = random.order(seed, epoch, n)
    rows.setflags(write=False)
    return rows


order_piece = lru_cache(maxsize=2)(random.order_piece)  # a batch may lie across two


def order_of(seed: int, epoch: int, n: int, start: int, stop: int) -> Array:
    """Rows number start ... stop − 1 of an epoch's order. Of many rows only that part is made:
    10 million numbers would take 80 MB."""
    if n <= random.WHOLE:
        return order_of_epoch(seed, epoch, n)[start:stop]
    piece = start // random.BLOCK  # or the next, where the one smaller block stands before it
    parts: list[Array] = []
    while start < stop:
        before, rows = order_piece(seed, epoch, n, piece)
        part = rows[max(0, start - before) : stop - before]
        parts.append(part)
        start, piece = start + len(part), piece + 1
    return np.concatenate(parts)


class Batches:
    """`batches(t)` is the batch of step t = 1, 2, ...; an epoch's last batch may be smaller."""

    def __init__(self, arrays: Arrays, training: Training) -> None:
        self.arrays, self.training, self.n = arrays, training, arrays.n
        self.size = min(training.batch_size or self.n, self.n)
        self.per_epoch = training.steps_per_epoch(self.n)
        self.shuffles = training.shuffle and training.batch_size is not None
        self.by_class = class_weights(training, arrays)
        self._whole = (
            self._batch(np.arange(self.n), *arrays.block(0, self.n))
            if self.per_epoch == 1 and not self.shuffles
            else None
        )
        self._single = getattr(arrays, "gather", None)  # large data reads single rows itself
        self._block: tuple[int, int, tuple[Array, Array, Array | None]] | None = None

    def epoch(self, t: int) -> int:
        return (t - 1) // self.per_epoch

    def __call__(self, t: int) -> Batch:
        if self._whole is not None:
            return self._whole
        epoch, place = divmod(t - 1, self.per_epoch)
        start, stop = place * self.size, min((place + 1) * self.size, self.n)
        if not self.shuffles:
            return self._batch(np.arange(start, stop), *self._rows(start, stop))
        rows = order_of(self.training.seed, epoch, self.n, start, stop)
        return self._batch(rows, *self._gather(rows))

    def everything(self) -> Batch:
        """All rows in their own order, for what makes its batches itself: not numbered."""
        return self._batch(NO_ROWS, *self.arrays.block(0, self.n))

    def _batch(self, rows: Array, x: Array, y: Array, weight: Array | None) -> Batch:
        if self.by_class is None:
            return Batch(rows, x, y, weight)
        return Batch(rows, x, y, weight, self.by_class[classes_of(y)].astype(x.dtype))

    def _gather(self, rows: Array) -> tuple[Array, Array, Array | None]:
        """Single rows. Large data is shuffled block by block, so few blocks are ever read."""
        if self._single is not None:
            x, y, weight = self._single(rows)
            return x, y, weight
        if self.n <= random.WHOLE:
            x, y, weight = self._rows(0, self.n)
            return x[rows], y[rows], None if weight is None else weight[rows]
        cuts = np.flatnonzero(np.diff(rows // random.BLOCK)) + 1
        parts = [self._gather_within(part) for part in np.split(rows, cuts)]
        x, y = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
        weights = [part[2] for part in parts if part[2] is not None]
        return x, y, np.concatenate(weights) if weights else None

    def _gather_within(self, rows: Array) -> tuple[Array, Array, Array | None]:
        start = int(rows[0]) // random.BLOCK * random.BLOCK
        x, y, weight = self._rows(start, min(start + random.BLOCK, self.n))
        rows = rows - start
        return x[rows], y[rows], None if weight is None else weight[rows]

    def _rows(self, start: int, stop: int) -> tuple[Array, Array, Array | None]:
        """Consecutive rows; the last ones are kept, for they are often asked for again."""
        if self._block is None or self._block[:2] != (start, stop):
            self._block = start, stop, self.arrays.block(start, stop)
        return self._block[2]
