"""own(): how a program trains by itself, seen from outside of the process that runs it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chainrule.checker.observation import Layer, Own
from chainrule.checker.sandbox import SECONDS, observe

READER = "chainrule.checker.forms.own"
MOST_TURNS = 10**9  # of one loop


def own(program: Path | str, *, seconds: float = SECONDS) -> tuple[Own | None, str]:
    """What the program does by itself; or None, and in a sentence why nothing was seen.

    It runs in a process of its own up to the first turns of its training loop. Nothing that comes
    out of there is believed before its shapes and numbers fit together.
    """
    seen = observe(program, seconds=seconds, reader=READER)
    if seen.error is not None:
        return None, seen.error
    found = next((reading.own for reading in seen.readings if reading.own is not None), None)
    if found is None or not is_whole(found):
        return None, "its numbers don't fit together."
    return found, ""


def is_whole(own: Own) -> bool:
    """Layers lead from x to y in every step and start, and every number is finite."""
    if not own.steps or not own.starts or not own.turns:
        return False
    shapes = _shapes(own.steps[0].before)
    layers = [*(step.before for step in own.steps), *own.starts]
    tables = [(step.x, step.y) for step in own.steps]
    if own.x is not None and own.y is not None:
        tables.append((own.x, own.y))
    return (
        _is_chain(shapes)
        and all(_shapes(each) == shapes and _is_finite(each) for each in layers)
        and all(_shapes(step.after) == shapes for step in own.steps)
        and all(_fits(x, y, shapes) for x, y in tables)
        and all(-1 <= turns <= MOST_TURNS for turns in own.turns)
        and (own.learning_rate is None or bool(np.isfinite(own.learning_rate)))
    )


Shapes = list[tuple[tuple[int, ...], tuple[int, ...] | None]]


def _shapes(layers: tuple[Layer, ...]) -> Shapes:
    return [(one.W.shape, None if one.b is None else one.b.shape) for one in layers]


def _is_chain(shapes: Shapes) -> bool:
    sizes = [W for W, _ in shapes]
    if not sizes or any(len(W) != 2 or 0 in W for W in sizes):
        return False
    joined = all(W[1] == sizes[l + 1][0] for l, W in enumerate(sizes[:-1]))
    return joined and all(b is None or b in ((W[1],), (1,)) for W, b in shapes)


def _is_finite(layers: tuple[Layer, ...]) -> bool:
    parts = [part for layer in layers for part in layer if part is not None]
    return all(part.dtype.kind in "fiu" and np.isfinite(part).all() for part in parts)


def _fits(x: np.ndarray, y: np.ndarray, shapes: Shapes) -> bool:
    known = x.ndim == y.ndim == 2 and len(x) == len(y) > 0
    ends = known and (x.shape[1], y.shape[1]) == (shapes[0][0][0], shapes[-1][0][1])
    return bool(ends and all(a.dtype.kind in "fiub" and np.isfinite(a).all() for a in (x, y)))
