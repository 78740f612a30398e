"""All of a program's data: the arrays of which its first steps take rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from chainrule.checker.forms.script_calls import Script
from chainrule.checker.forms.script_watch import Training
from chainrule.checker.observation import Step
from chainrule.core.dense import Array

LARGEST = 2**21  # numbers: what fits through the pipe
PLACE = re.compile(r"\[\d+\]")

Both = tuple[Array, Array]


def whole(script: Script, first: Training, steps: Sequence[Step]) -> Both | None:
    """(x, y): the longest arrays in which the rows of the steps stand beside their targets.

    first: the outermost loop. Where no array has them, what its own turn shows.
    """
    net, kept = first.turn.net, first.turn.before
    assert net is not None
    inputs, outputs = steps[0].x.shape[1], steps[0].y.shape[1]
    pairs = [*_side_by_side(_arrays(net.x_slots & net.y_slots, kept), inputs, outputs, net.labels)]
    xs = [table for array in _arrays(net.x_slots - script.slots, kept)
          for table in _tables(array, inputs, net.layers[0].inside)]  # fmt: skip
    ys = [table for array in _arrays(net.y_slots - script.slots, kept)
          for table in _targets(array, outputs, net.labels)]  # fmt: skip
    pairs += [(x, y) for x in xs for y in ys if len(x) == len(y)]
    if net.y is not None and net.layers[0].fed.shape[1] == inputs:
        pairs.append((net.layers[0].fed, net.y))
    fitting = [both for both in pairs if _contain(both, steps)]
    best = max(fitting, key=lambda both: len(both[0]), default=None)
    if best is None or best[0].size + best[1].size > LARGEST:
        return None
    return best


def _arrays(labels: Iterable[str], kept: Mapping[str, Array]) -> Iterator[Array]:
    """What is kept under these names, and under data[0][1]: data[0][1], data[1][1], ... as rows."""
    for label in sorted(labels):
        if label in kept:
            yield kept[label]
        for place in PLACE.finditer(label):
            before, after = label[: place.start()], label[place.end() :]
            names = (f"{before}[{k}]{after}" for k in itertools.count())
            rows = [kept[name].ravel() for name in itertools.takewhile(kept.__contains__, names)]
            if rows and len({row.size for row in rows}) == 1:
                yield np.vstack(rows)


def _side_by_side(
    arrays: Iterable[Array], inputs: int, outputs: int, labels: bool
) -> Iterator[Both]:
    """Tables with the answers in their last columns."""
    for array in arrays:
        for width in {1, outputs}:
            if array.ndim == 2 and array.shape[1] == inputs + width:
                x = array[:, :inputs].astype(float)
                yield from ((x, y) for y in _targets(array[:, inputs:], outputs, labels))


def _tables(array: Array, columns: int, inside: int | None) -> Iterator[Array]:
    """Rows of inputs in an array that may have its samples as columns, and a bias among them."""
    flat = [array.reshape(-1, 1), array.reshape(1, -1)] if array.ndim < 2 else [array, array.T]
    for each in flat:
        if each.ndim == 2 and each.shape[1] == columns:
            yield each.astype(float)
        elif each.ndim == 2 and inside is not None and each.shape[1] == columns + 1:
            yield np.delete(each, inside, 1).astype(float)
    if array.ndim > 2 and array.size == len(array) * columns:  # pictures, or rows of their own
        yield array.reshape(len(array), columns).astype(float)


def _targets(array: Array, outputs: int, labels: bool) -> Iterator[Array]:
    """Columns of targets; class numbers as one-hot rows."""
    numbers = array.ravel()
    if (labels or outputs > 1) and numbers.size and np.isin(numbers, np.arange(outputs)).all():
        yield np.eye(outputs)[numbers.astype(int)]
    yield from _tables(array, outputs, None)


def _contain(both: Both, steps: Sequence[Step]) -> bool:
    """Every row of the steps is among them, with its target."""
    rows = np.vstack([np.hstack([step.x, step.y]) for step in steps])
    known = {row.tobytes() for row in np.hstack(both).astype(float) + 0.0}
    return all(row.tobytes() in known for row in rows.astype(float) + 0.0)
