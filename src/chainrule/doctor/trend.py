"""Where the loss was going when the run ended."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from chainrule.core.dense import Array

POINTS = 3  # of the history at least
BLOCKS = 4  # of the run's second half, compared by their medians
SMOOTH = 0.75  # of the points of the second half go down, where a fall is more than noise
STEADY = 0.95  # of the drop before: the fall does not slow down
LEAST = 1e-4  # of the constant's loss, as a drop


class Trend(NamedTuple):
    """How the loss fell in the second half of a run, in losses of a constant answer."""

    drops: tuple[float, ...]  # from each eighth of the run to the next
    down: float  # the share of the points that lie below the one before
    gain: float  # what as many steps again would bring, if the drops go on shrinking as they do

    @property
    def speeds_up(self) -> bool:
        """A smooth fall that does not slow down: the run is leaving a plain."""
        first, second, third = self.drops
        steady = second >= STEADY * first and third >= STEADY * second
        return self.down >= SMOOTH and first > 0 and steady and third >= LEAST


def trend(steps: Array, loss: Array, constant: float) -> Trend | None:
    """The trend at the end; None where there are too few points to tell."""
    late = loss[2 * steps > steps[-1]]
    if len(loss) < POINTS or not np.isfinite(late).all():
        return None
    levels = _levels(steps, loss) / constant
    drops = tuple(float(a - b) for a, b in pairwise(levels))
    down = float((np.diff(late if len(late) > 1 else levels) < 0).mean())
    return Trend(drops, down, _gain(drops))


def median(values: Array) -> Array:
    """Of each column, as np.median, which takes 20 ms of every training to import numpy.ma."""
    ordered, n = np.sort(values, axis=0), len(values)  # NaN comes last
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return np.where(np.isnan(ordered[-1]), np.nan, middle)


def _levels(steps: Array, loss: Array) -> Array:
    """The median of each eighth of the second half; of a few points, the line through them."""
    ends = steps[-1] * np.arange(BLOCKS, 2 * BLOCKS + 1) / (2 * BLOCKS)
    inner = [loss[(steps > a) & (steps <= b)] for a, b in pairwise(ends)]
    if not all(map(len, inner)):
        return np.interp(ends[1:], steps, loss)  # type: ignore[no-any-return]
    return np.array([median(block) for block in inner])


def _gain(drops: tuple[float, ...]) -> float:
    """The sum of the next eight drops, none larger than the last; 0 where the last two are no
    fall."""
    second, third = drops[-2:]
    if not (second > 0 and third > 0):
        return 0.0
    ratio = min(third / second, 1.0)
    return float(third * (ratio ** np.arange(1, 2 * BLOCKS + 1)).sum())
