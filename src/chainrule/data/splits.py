"""Which rows are for training, for validation and for the test."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError


class Rows(NamedTuple):
    """Row numbers of each part, in the order of the data."""

    train: Array
    validation: Array
    test: Array


def split(n: int, *, test_size: float, validation_size: float, seed: int) -> Rows:
    """Cut the test part first, the validation part from what is left, both at random.

    A size below 1 is a share of the rows it is cut from, from 1 up a number of rows.
    """
    drawn = random.words(random.stream(seed, random.SPLIT), n)
    shuffled = np.argsort(drawn, kind="stable")
    test = _rows("test_size", test_size, n)
    validation = _rows("validation_size", validation_size, n - test)
    if n - test - validation < 1:
        raise UsageError(
            "split", "at least one row left to train on",
            f"{n} rows, {test} for the test and {validation} for validation", "Make them smaller.",
        )  # fmt: skip
    cut = np.split(shuffled, [test, test + validation])
    return Rows(np.sort(cut[2]), np.sort(cut[1]), np.sort(cut[0]))


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
