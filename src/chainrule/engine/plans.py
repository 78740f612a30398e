"""Settings and arrays as the kernels read them: a Plan by names, numbers one after the other."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.losses import Loss
from chainrule.core.tables import Settings, settings_of
from chainrule.records import Batch, Params
from chainrule.spec import Dense, Spec, Training

try:
    from chainrule import _native as _native  # handed on: native.py asks for it here
except ImportError as missing:
    _native = None  # type: ignore[assignment]
    MISSING: ImportError | None = missing
else:
    MISSING = None

ANY_TRAINING = Training(steps=1)  # where nothing is trained


@lru_cache(maxsize=64)
def plan_of(spec: Spec, training: Training, rows: int) -> _native.Plan:
    """The settings as the kernels read them, for a part of so many rows."""
    rule, how = training.optimizer, spec.conventions
    told = settings_of(rule) if isinstance(rule, Settings) else {}
    return _native.Plan(
        spec.inputs,
        layers=[_layer(training.seed, l, layer) for l, layer in enumerate(spec.layers)],
        loss=spec.loss.name,
        loss_setting=_setting(spec.loss),
        batch_mean=how.batch == "mean",
        outputs_mean=how.outputs == "mean",
        penalty_over_batch=how.penalty_over_batch,
        optimizer=rule.name,
        beta1=told.get("beta1", told.get("momentum", 0.0)),
        beta2=told.get("beta2", told.get("beta", 0.0)),
        eps=told.get("eps", 0.0),
        optimizer_decay=told.get("decay", 0.0),
        l1=training.l1,
        l2=training.l2,
        decay=training.decay,
        clip_norm=math.inf if training.clip_norm is None else training.clip_norm,
        batch_size=training.batch_size or rows,
        rows=rows,
        shuffle=training.shuffle and training.batch_size is not None,
        order=stream_of(training.seed, random.ORDER),
    )


def _layer(seed: int, l: int, layer: Dense) -> tuple[Any, ...]:
    return (
        layer.units, layer.activation.name, layer.bias,
        "W" not in layer.frozen, "b" not in layer.frozen,
        layer.drop_probability, stream_of(seed, random.dropout_of_layer(l)),
    )  # fmt: skip


def _setting(loss: Loss) -> float:
    """The one setting that a loss has, or 0."""
    held = list(settings_of(loss).values()) if isinstance(loss, Settings) else []
    return float(held[0]) if held else 0.0


def stream_of(seed: int, purpose: int) -> tuple[int, int, int, int]:
    """Where a stream of random words begins, and which it is: 128 bits each, as two halves."""
    bits = random.stream(seed, purpose).state["state"]
    low = 2**64 - 1
    return bits["state"] >> 64, bits["state"] & low, bits["inc"] >> 64, bits["inc"] & low


def flat(spec: Spec, params: Params, like: str = "") -> Array:
    """All parameters one after the other, (parameters,), a copy; with `like` their memory, 0 where
    they are frozen and have none."""
    parts = []
    for name, shape in spec.shapes.items():
        if like and name in spec.frozen:
            parts.append(np.zeros(math.prod(shape)))
        elif params[name + like].shape == shape:
            parts.append(params[name + like].reshape(-1))
        else:
            raise UsageError(
                f"engine native, {name}{like}", f"an array of shape {shape}",
                f"one of shape {params[name + like].shape}", "Is it of another network?",
            )  # fmt: skip
    return np.concatenate(parts, dtype=spec.dtype)


def unflat(spec: Spec, numbers: Array, like: str = "") -> Params:
    """The inverse of `flat`: views of `numbers`."""
    params: Params = {}
    start = 0
    for name, shape in spec.shapes.items():
        stop = start + math.prod(shape)
        if not like or name not in spec.frozen:
            params[name + like] = numbers[start:stop].reshape(shape)
        start = stop
    return params


def plain(array: Array, dtype: Any) -> Array:
    """In one piece and aligned, as kernels read it: np.require, in a tenth of its time."""
    given = np.asarray(array)
    if not np.can_cast(given.dtype, dtype, "same_kind"):  # labels 0.7, 1 + 2i: nothing is lost
        raise UsageError(
            "engine native", f"numbers that {np.dtype(dtype)} can stand for",
            f"an array of {given.dtype}", "Convert it yourself, if that is what is meant.",
        )  # fmt: skip
    made = np.ascontiguousarray(given, dtype)
    return made if made.flags.aligned else made.copy()


def contiguous(spec: Spec, x: Array, y: Array | None = None) -> tuple[Array, Array | None]:
    """x and the answers as kernels read them; what is so already is not copied."""
    x = plain(x, spec.dtype)
    if x.ndim != 2:
        raise UsageError(
            "engine native", "x with one row a sample: (n, inputs)", f"x of shape {x.shape}",
            "One sample? Pass x[None, :].",
        )  # fmt: skip
    if y is None:
        return x, None
    spec.loss.check((len(x), spec.outputs), y)
    kind = np.int64 if spec.loss.targets == "labels" else spec.dtype
    return x, plain(y, kind)


def rows_of(spec: Spec, batch: Batch) -> tuple[Array, Array | None, Array | None]:
    """x, the answers and the counts of some rows, as kernels read them."""
    return *contiguous(spec, batch.x, batch.y), counts_of(spec, batch)


def counts_of(spec: Spec, batch: Batch) -> Array | None:
    counts = batch.counts
    return None if counts is None else plain(counts, spec.dtype)
