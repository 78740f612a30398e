"""How numbers spread: histograms of a layer's answers, deltas and gradients, and ends of scales."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from chainrule.core.dense import Array
from chainrule.engine.reference import Slopes
from chainrule.spec import Spec

BINS = 24
GRADIENTS = (-8.0, 1.0)  # the ends of the histogram of log10 |gradient|
BOUNDED = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
LARGE = 1e37  # single precision ends at 3e38
Ends = tuple[float, float]
Counts = dict[str, tuple[Array, Ends]]  # block → (bins,) and what the first and last edge are


def of_gradients(found: Slopes) -> Counts:
    """Of log10 |dW|, what is smaller or larger at the ends; and of the deltas."""
    counts: Counts = {}
    for l, layer in enumerate(found.layers):
        size = np.log10(np.maximum(np.abs(found.grads[f"{l}.W"]), 10 ** GRADIENTS[0]))
        counts[f"{l}.grad.hist"] = counted(np.minimum(size, GRADIENTS[1]), GRADIENTS)
        counts[f"{l}.dz.hist"] = counted(layer.dz, symmetric(layer.dz))
    return counts


def of_answers(spec: Spec, answers: Iterable[Array]) -> Counts:
    """How the answers of each layer spread."""
    return {
        f"{l}.a.hist": counted(a, BOUNDED.get(spec.layers[l].activation.name) or symmetric(a))
        for l, a in enumerate(answers)
    }


def put(found: Counts, arrays: dict[str, Array], ends: dict[str, Ends]) -> None:
    for name, (array, its_ends) in found.items():
        arrays[name], ends[name] = array, its_ends


def counted(values: Array, ends: Ends) -> tuple[Array, Ends]:
    finite, (low, high) = _moderate(values[np.isfinite(values)], ends)
    return np.histogram(finite, BINS, (low, high))[0].astype(np.int32), ends


def _moderate(values: Array, ends: Ends) -> tuple[Array, Ends]:
    """The same, divided where a difference of two of them could be too large for a number."""
    most = max(map(abs, ends))
    if most < LARGE:
        return values, ends
    return values.astype(np.float64) / most, (ends[0] / most, ends[1] / most)


def symmetric(values: Array) -> Ends:
    """−m to m, where m is the largest size: 0 has one colour everywhere."""
    finite = values[np.isfinite(values)]
    m = float(np.abs(finite).max()) if finite.size else 1.0
    return (-m, m) if m > 0 else (-1.0, 1.0)


def quantised(values: Array, ends: Ends) -> Array:
    """From 0 to 255 between the ends; what is no number is the middle of nothing: 0."""
    values, (low, high) = _moderate(values, ends)
    scaled = np.rint((np.nan_to_num(values) - low) * (255 / (high - low)))
    return np.clip(scaled, 0, 255).astype(np.uint8)
