"""What another engine's numbers may be: the reference's step, run on numbers that carry doubt.

`Share` gathers how much of their bounds the differences used; past 1 the contract is broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.engine.reference import NO_MASKS, forward, loss_of, masks_of, move, slopes
from chainrule.records import Batch, State
from chainrule.spec import Spec, Training
from tests.contracts.doubting import doubting
from tests.contracts.near import Near

VAGUE = 0.01  # a bound above this share of a tensor's largest number says little


class Differs(AssertionError):
    """An engine broke the contract."""


@dataclass
class Share:
    """The worst share of a bound that was used, and where."""

    worst: float = 0.0
    where: str = ""
    numbers: int = 0
    vague: int = 0

    def add(self, where: str, theirs: Any, ours: Near) -> None:
        """Every number of theirs lies within the bounds of ours, and is of its shape and dtype."""
        theirs = np.asarray(theirs)
        if theirs.shape != ours.shape or theirs.dtype != ours.dtype:
            kinds = f"{theirs.dtype} {theirs.shape}, not {ours.dtype} {ours.shape}"
            raise Differs(f"{where} is {kinds}")
        if not ours.size:
            return
        shares = used(theirs, ours)
        self.numbers += shares.size
        size = float(np.abs(ours.wide).max())
        self.vague += int((ours.off > VAGUE * size).sum()) if size > 0 else 0
        most = float(shares.max())
        if most > self.worst:
            self.worst, self.where = most, where
        if not most <= 1:
            at = tuple(int(i) for i in np.unravel_index(shares.argmax(), shares.shape))
            raise Differs(
                f"{where}{list(at)}: {theirs[at]!r}, the reference has {ours.value[at]!r}, bounds "
                f"−{ours.below[at]:.3g} +{ours.above[at]:.3g}; {most:.3g} of the bound is used; "
                f"{(~(shares <= 1)).sum()} of {shares.size} numbers are out"
            )


def used(theirs: Any, ours: Near) -> Any:
    """The share of its bound that each difference uses; NaN counts as out, or as equal to NaN."""
    with np.errstate(all="ignore"):
        apart = np.asarray(theirs, float) - ours.wide
        bound = np.where(apart > 0, ours.above, ours.below)
        bound = np.where(np.isnan(bound), np.inf, bound)  # ∞ − ∞: nothing is known
        shares = np.where(apart == 0, 0.0, np.abs(apart) / bound)
    same = (np.isnan(theirs) & np.isnan(ours.value)) | (theirs == ours.value)
    return np.where(same, 0.0, np.where(np.isnan(shares), np.inf, shares))


def lift(array: Any) -> Any:
    """An array that both engines are handed: no doubt yet. Whole numbers stay as they are."""
    if array is None or array.dtype.kind != "f":
        return array
    return Near(array.copy())


def near_batch(batch: Batch) -> Batch:
    return Batch(batch.rows, *(lift(part) for part in batch[1:]))


def near_outputs(spec: Spec, params: Any, x: Any) -> Near:
    with doubting(), np.errstate(all="ignore"):
        return forward(spec, {name: lift(theta) for name, theta in params.items()}, lift(x))[-1].a


def near_losses(spec: Spec, params: Any, batch: Batch) -> Near:
    """The loss of each row."""
    held = {name: lift(theta) for name, theta in params.items()}
    with doubting(), np.errstate(all="ignore"):
        return loss_of(spec, forward(spec, held, lift(batch.x)), near_batch(batch)).per_row


def near_gradients(spec: Spec, params: Any, batch: Batch) -> tuple[Near, dict[str, Near]]:
    held = {name: lift(theta) for name, theta in params.items()}
    with doubting(), np.errstate(all="ignore"):
        found = slopes(spec, Training(steps=1), held, near_batch(batch))
    return found.loss.value, found.grads


def near_step(
    spec: Spec, training: Training, state: State, batch: Batch, learning_rate: float
) -> tuple[Any, dict[str, Near], dict[str, Near]]:
    """The loss, the parameters and the memory after one step."""
    params = {name: lift(theta) for name, theta in state.params.items()}
    memories: dict[str, Any] = {name: {} for name in params if name not in spec.frozen}
    for key, array in state.memory.items():
        name, _, kept = key.rpartition(".")
        memories[name][kept] = lift(array)
    t = state.step + 1
    masks = masks_of(spec, training, t, len(batch.x)) if spec.drops else NO_MASKS
    with doubting(), np.errstate(all="ignore"):
        found = slopes(spec, training, params, near_batch(batch), masks=masks)
        move(training, params, memories, found.grads, t, learning_rate)
    memory = {f"{name}.{m}": each for name, kept in memories.items() for m, each in kept.items()}
    return found.loss.value, params, memory
