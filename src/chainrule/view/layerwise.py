"""What the units of a network answer, in single precision and by one thread.

NumPy's BLAS gives a product of wide layers to several threads, and while the training has all
cores these wait for one another: that has taken a hundred times as long as the product itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from chainrule.core.dense import Array
from chainrule.engine.native import Native, refused, why_not
from chainrule.engine.plans import ANY_TRAINING
from chainrule.engine.reference import forward
from chainrule.records import Params
from chainrule.spec import Spec

AT_ONCE = 2**18  # multiplications of a product that BLAS makes without threads
ANSWERS = 2**18  # of one layer at once: they stay in the cache
ALONE = Native(threads=1)


def answers(
    spec: Spec, params: Params, x: Array, *, layer: int | None = None, most: int | None = None
) -> list[Array]:
    """What each layer up to `layer` answers: (n, units) float32, of at most so many units.

    layer: None means the last; of that one all units are kept.
    """
    last = len(spec.layers) - 1 if layer is None else layer
    narrow = {name: np.ascontiguousarray(theta, np.float32) for name, theta in params.items()}
    kept: list[list[Array]] = [[] for _ in range(last + 1)]
    x = np.asarray(x, np.float32)
    rows = _rows(spec)
    for k in range(0, max(1, len(x)), rows):
        for l, a in enumerate(_passed(spec, narrow, x[k : k + rows], last)):
            kept[l].append(a if l == last or most is None else a[:, :most].copy())
    return [pieces[0] if len(pieces) == 1 else np.concatenate(pieces) for pieces in kept]


def _passed(spec: Spec, params: Params, x: Array, last: int) -> Iterator[Array]:
    alone = _alone(spec)
    if alone is None:
        for passed in forward(spec, params, x)[: last + 1]:
            yield passed.a
        return
    for l, layer in enumerate(alone[: last + 1]):
        its = {f"0.{name}": params[f"{l}.{name}"] for name in "Wb" if f"{l}.{name}" in params}
        x = ALONE.predict(layer, its, np.ascontiguousarray(x))
        yield x


def _rows(spec: Spec) -> int:
    if _alone(spec) is not None:
        return max(64, ANSWERS // max(spec.sizes))
    return max(64, AT_ONCE // max(m * n for m, n in pairwise(spec.sizes)))


@lru_cache(maxsize=64)
def _alone(spec: Spec) -> tuple[Spec, ...] | None:
    """Each layer as a network of its own; None where no kernel knows them."""
    if why_not() or refused(spec, ANY_TRAINING):
        return None
    return tuple(
        Spec(fan_in, (replace(layer, drop_probability=0.0),), "squared", dtype="float32")
        for fan_in, layer in zip(spec.sizes, spec.layers, strict=False)
    )
