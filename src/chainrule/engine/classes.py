"""What the rows of each class count in training."""

from __future__ import annotations

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.engine.protocol import Arrays
from chainrule.spec import Training


def classes_of(y: Array) -> Array:
    """The class of each row, (n,): from labels, from one column of 0 and 1, or from one-hot."""
    if y.ndim == 1:
        return y
    return (y[:, 0] > 0.5).astype(np.int64) if y.shape[1] == 1 else y.argmax(axis=1)


def class_weights(training: Training, arrays: Arrays) -> Array | None:
    """One weight a class; None where training weighs none.

    "balanced" is n / (k nₖ), where nₖ of n rows are of class k: each class counts as much in all.
    """
    if training.class_weight is None:
        return None
    rows = _rows_by_class(arrays)
    if isinstance(training.class_weight, str):
        return arrays.n / ((rows > 0).sum() * np.maximum(rows, 1))  # type: ignore[no-any-return]
    if len(training.class_weight) < len(rows):
        raise UsageError(
            "Training", f"class_weight for each of the {len(rows)} classes",
            f"{len(training.class_weight)} weights", "They stand in the order of the classes.",
        )  # fmt: skip
    return np.array(training.class_weight)


def _rows_by_class(arrays: Arrays) -> Array:
    counts = np.zeros(2, dtype=np.int64)
    for start in range(0, arrays.n, random.BLOCK):
        labels = classes_of(arrays.block(start, min(start + random.BLOCK, arrays.n))[1])
        found = np.bincount(labels, minlength=len(counts))
        found[: len(counts)] += counts
        counts = found
    return counts
