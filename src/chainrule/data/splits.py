"""Which rows are for training, for validation and for the test."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError

AT_ONCE = 2**18  # words drawn at once
PIECE = random.BLOCK  # rows; as many as are shuffled with each other in large data


class Rows(NamedTuple):
    """Row numbers of each part, in the order of the data."""

    train: Array
    validation: Array
    test: Array


def split(n: int, *, test_size: float, validation_size: float, seed: int) -> Rows:
    """Cut the test part first, the validation part from what is left, both at random.

    A size below 1 is a share of the rows it is cut from, from 1 up a number of rows.
    """
    test, validation = _sizes(n, test_size, validation_size)
    drawn = random.words(random.stream(seed, random.SPLIT), n)
    shuffled = np.argsort(drawn, kind="stable")
    cut = np.split(shuffled, [test, test + validation])
    return Rows(np.sort(cut[2]), np.sort(cut[1]), np.sort(cut[0]))


def chosen(n: int, *, test_size: float, validation_size: float, seed: int) -> Rows:
    """The same parts, each as True where a row is of it, bool (n,): made in 4 bytes a row, where
    the numbers of 10 million rows and their sorting take 240 MB."""
    test, validation = _sizes(n, test_size, validation_size)
    train = _least(n, test + validation, seed)
    first = _least(n, test, seed)
    second = train ^ first
    return Rows(np.logical_not(train, out=train), second, first)


def _least(n: int, count: int, seed: int) -> Array:
    """The rows of the `count` least words, as a stable sort finds them.

    Counts by a word's top 16 bits say where the cut falls; only the words there are sorted, one in
    65,536.
    """
    made = np.zeros(n, dtype=bool)
    if not count:
        return made
    counts = np.zeros(2**16, dtype=np.int64)
    for _, _, top in _words(n, seed):
        counts += np.bincount(top, minlength=len(counts))
    upto = np.cumsum(counts)
    edge = int(np.searchsorted(upto, count))
    words, rows = [], []
    for start, w, top in _words(n, seed):
        made[start : start + len(w)] = top < edge
        at = np.flatnonzero(top == edge)
        words.append(w[at])
        rows.append(at + start)
    order = np.argsort(np.concatenate(words), kind="stable")
    made[np.concatenate(rows)[order[: count - int(upto[edge] - counts[edge])]]] = True
    return made


def _words(n: int, seed: int) -> Iterator[tuple[int, Array, Array]]:
    """The words that rows are cut by, some at a time, with the top 16 bits of each."""
    bits = random.stream(seed, random.SPLIT)
    for start in range(0, n, AT_ONCE):
        w = random.words(bits, min(AT_ONCE, n - start))
        yield start, w, (w >> np.uint64(48)).astype(np.int64)


class Chosen:
    """Some of many rows, a bit for each: of 10 million 1.25 MB, where their numbers take 80 MB.

    `chosen[rows]`: the numbers, among all, of those that are row 0, 1, ... of the chosen.
    """

    def __init__(self, mask: Array) -> None:
        self.all, self.bits = len(mask), np.packbits(mask)
        held = [np.count_nonzero(mask[k : k + PIECE]) for k in range(0, len(mask), PIECE)]
        self.before = np.cumsum([0, *held])  # so many of the chosen stand before each piece
        self._last: tuple[int, int, Array] | None = None

    def __len__(self) -> int:
        return int(self.before[-1])

    def mask(self) -> Array:
        return np.unpackbits(self.bits, count=self.all).view(bool)

    def __getitem__(self, rows: Array | slice) -> Array:
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        if not len(rows):
            return rows
        if len(self) <= random.WHOLE:
            return self._all[rows]
        cuts = np.flatnonzero(np.diff(rows // PIECE)) + 1  # large data is visited piece by piece
        return np.concatenate([self._near(some) for some in np.split(rows, cuts)])

    @cached_property
    def _all(self) -> Array:
        """Of not so many they are all kept, in 4 MB: these are shuffled all at once."""
        pieces = range(len(self.before) - 1)
        kind = np.int32 if self.all <= 2**31 else np.int64
        return np.concatenate([self._numbers(k, k + 1).astype(kind) for k in pieces])

    def _near(self, rows: Array) -> Array:
        """Of rows that are near each other. The last pieces are kept: batches follow each other."""
        ends = np.searchsorted(self.before, [rows.min(), rows.max()], side="right")
        first, stop = int(ends[0]) - 1, int(ends[1])
        if self._last is None or not self._last[0] <= first <= stop <= self._last[1]:
            self._last = first, stop, self._numbers(first, stop)
        found: Array = self._last[2][rows - self.before[self._last[0]]]
        return found

    def _numbers(self, first: int, stop: int) -> Array:
        """Of the chosen rows in these pieces."""
        bits = self.bits[first * PIECE // 8 : stop * PIECE // 8]
        made: Array = np.flatnonzero(np.unpackbits(bits).view(bool)) + first * PIECE
        return made


def _sizes(n: int, test_size: float, validation_size: float) -> tuple[int, int]:
    test = _rows("test_size", test_size, n)
    validation = _rows("validation_size", validation_size, n - test)
    if n - test - validation < 1:
        raise UsageError(
            "split", "at least one row left to train on",
            f"{n} rows, {test} for the test and {validation} for validation", "Make them smaller.",
        )  # fmt: skip
    return test, validation


def _rows(name: str, size: float, n: int) -> int:
    try:
        fits = 0 <= size <= n
    except TypeError:  # no number
        fits = False
    if not fits:
        raise UsageError(
            "split", f"{name} from 0 to {n}", repr(size),
            "A share of the rows below 1 (0.2), or a number of rows.",
        )  # fmt: skip
    return int(size) if size >= 1 else round(size * n)
