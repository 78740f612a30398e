"""All tensors of a network, and how those of two sources compare."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainrule.checker.observation import Call, Layer
from chainrule.core.dense import Array

Tensors = tuple[Layer | None, ...]


def a_turn_late(calls: list[Call]) -> bool:
    """The first step is none, the third goes where the second went, though weights have moved.

    A rate that starts at 0, or a step at every other call, looks the same in two calls.
    """
    if len(calls) < 3 or any(call.after is None for call in calls[:3]):
        return False
    first, second, third = (_row(steps(call)) for call in calls[:3])
    if first.any() or not second.any() or not third.any() or second.shape != third.shape:
        return False
    factor = float(third @ second / (second @ second))
    return bool(np.abs(third - factor * second).max() <= 1e-6 * np.abs(third).max())


def moves(call: Call) -> bool:
    """The call changes some weight."""
    return call.after is not None and bool(_row(steps(call)).any())


def _row(layers: Tensors) -> Array:
    parts = [
        numbers.ravel() for layer in layers if layer for numbers in layer if numbers is not None
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def filled(gradient: Layer | None, step: Layer | None) -> Layer | None:
    if gradient is None or step is None:
        return gradient or step
    return Layer(gradient.W, step.b if gradient.b is None else gradient.b)


def _pairs(theirs: Tensors, numeric: Tensors) -> Iterator[tuple[Array | None, Array]]:
    """Each tensor of the learner's beside that of the numeric derivative."""
    for mine, own in zip(theirs, numeric, strict=False):
        if own is None:
            continue
        yield (None if mine is None else mine.W), own.W
        if own.b is not None:
            yield (None if mine is None else mine.b), own.b


def multiple(theirs: Tensors | None, numeric: Tensors | None, limit: float) -> float | None:
    """theirs = factor · numeric in all tensors, or None."""
    pairs = [*_pairs(theirs or (), numeric or ())]
    if not pairs or any(mine is None for mine, _ in pairs):
        return None
    gradients = np.concatenate([np.ravel(mine) for mine, _ in pairs if mine is not None])
    own = np.concatenate([own.ravel() for _, own in pairs])
    power = float(own @ own)
    if gradients.size != own.size or not np.isfinite(gradients).all():
        return None
    if not np.isfinite(power) or power == 0:
        return None
    factor = float(own @ gradients / power)
    return factor if factor and _all_near(pairs, factor, limit) else None


def _all_near(pairs: list[tuple[Array | None, Array]], factor: float, limit: float) -> bool:
    largest = max(float(np.abs(own).max(initial=0.0)) for _, own in pairs)
    return all(
        mine is not None and mine.shape == own.shape
        and np.abs(mine - factor * own).max(initial=0.0)
        <= limit * abs(factor) * max(np.abs(own).max(initial=0.0), 1e-3 * largest)
        for mine, own in pairs
    )  # fmt: skip


def steps(call: Call) -> Tensors:
    """before − after, divided by the learning rate where it is known: the gradient of plain SGD."""
    assert call.after is not None
    rate = call.learning_rate or 1.0
    return tuple(
        Layer(
            (old.W - new.W) / rate,
            None if old.b is None or new.b is None else (old.b - new.b) / rate,
        )
        if old.W.shape == new.W.shape
        else None
        for old, new in zip(call.before, call.after, strict=True)
    )
