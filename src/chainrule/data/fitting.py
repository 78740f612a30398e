"""Data as a network takes them: its dtype, and answers as its loss takes them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.in_memory import InMemory, is_constant
from chainrule.data.mapped import Mapped
from chainrule.data.streamed import Streamed
from chainrule.engine.protocol import Arrays
from chainrule.spec import Spec


@dataclass(frozen=True, eq=False)
class Fitted:
    """A part too large to be copied: each block is fitted when it is asked for."""

    part: Streamed | Mapped
    spec: Spec

    @property
    def n(self) -> int:
        return self.part.n

    def block(self, start: int, stop: int) -> tuple[Array, Array, Array | None]:
        return self.gather(slice(start, stop))

    def gather(self, rows: Array | slice) -> tuple[Array, Array, Array | None]:
        return _fitted(*self.part.gather(rows), self.spec)


def fitted(name: str, part: Arrays, spec: Spec) -> Arrays:
    """The part as a network takes it; whatever does not fit is said here."""
    large = isinstance(part, Streamed | Mapped)
    x, y, weight = part.block(0, 1 if large else part.n)
    if x.shape[1] != spec.inputs:
        raise UsageError(
            f"network {spec}", f"data with {spec.inputs} columns", f"{x.shape[1]} columns",
            f"Spec.chain([{x.shape[1]}, ...]) takes them.",
        )  # fmt: skip
    if weight is not None and not (part.weighs() if isinstance(part, Mapped) else weight.any()):
        raise UsageError(
            f"the {name} part", "at least one row with a weight above 0", "none",
            "Cut it with another seed, or make it larger.",
        )  # fmt: skip
    if isinstance(part, Streamed | Mapped):
        _answers(part.extremes(), spec)
        return Fitted(part.as_dtype(spec.dtype) if isinstance(part, Mapped) else part, spec)
    return InMemory(*_fitted(x, y, weight, spec))


def _fitted(
    x: Array, y: Array, weight: Array | None, spec: Spec
) -> tuple[Array, Array, Array | None]:
    heavy = None if weight is None else _cast("weights", weight, spec)
    return _cast("inputs", x, spec), _answers(y, spec), heavy


def _cast(what: str, array: Array, spec: Spec) -> Array:
    """In the network's dtype, which has to have room for all numbers; what is so already and can't
    be changed by anybody is not copied."""
    if array.dtype == spec.dtype and array.flags.c_contiguous and is_constant(array):
        return array
    with np.errstate(over="ignore"):
        made = np.array(array, dtype=spec.dtype, order="C")
    if array.dtype == spec.dtype:
        return made
    too_large = np.isinf(made) & np.isfinite(array)
    if too_large.any():
        raise UsageError(
            f"network {spec}", f"{what} that {spec.dtype} has room for",
            f"{np.asarray(array)[too_large][0]:g}", 'Take dtype="float64", or scale the data.',
        )  # fmt: skip
    return made


def _answers(y: Array, spec: Spec) -> Array:
    """Classes as labels, as one 0/1 column or one-hot; numbers as they are."""
    k = spec.outputs
    labels = spec.loss.targets == "labels"
    if y.ndim == 1:
        if y.min(initial=0) < 0 or y.max(initial=0) >= max(k, 2):
            raise UsageError(
                f"network {spec}", f"classes 0 to {max(k, 2) - 1}, for it has {k} outputs",
                f"classes {int(y.min())} to {int(y.max())}", "Give the last layer a unit for each.",
            )  # fmt: skip
        if labels and k == 1:
            raise UsageError(
                f"network {spec}", "an output for each class, for its loss is on labels",
                "1 output", "Give the last layer 2 units, or take binary_cross_entropy.",
            )  # fmt: skip
        if labels:
            return y if is_constant(y) else np.array(y)
        return np.array(y[:, None] if k == 1 else np.eye(k)[y], dtype=spec.dtype)
    if labels or y.shape[1] != k:
        needs = "classes as answers" if labels else f"answers with {k} columns"
        raise UsageError(
            f"network {spec} with {spec.loss.name}", needs, f"numbers of shape {y.shape}",
            "Change the loss, the last layer, or task=.",
        )  # fmt: skip
    least, most = spec.loss.answers
    if y.min(initial=0) < least or y.max(initial=0) > most:
        to = "up" if math.isinf(most) else f"to {most:g}"
        raise UsageError(
            f"network {spec} with {spec.loss.name}", f"answers from {least:g} {to}",
            f"{y.min():g} to {y.max():g}",
            "Take another loss. Were they scaled? Data.from_file(..., scale_target=False).",
        )  # fmt: skip
    return _cast("answers", y, spec)
