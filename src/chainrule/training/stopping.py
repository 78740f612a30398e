"""When to stop, and when to lower the rate: pure functions over what the run remembers
(`State.control`, JSON)."""

from __future__ import annotations

import math
from typing import Any

from chainrule.core.schedules import plateau_in
from chainrule.spec import Training

UNJUDGED = "unjudged"  # in the memory of a state whose evaluation was told to end: the batch's loss


def is_judged(control: dict[str, Any]) -> bool:
    """Whether somebody has looked at the losses of the state that remembers this."""
    return "best" in control and UNJUDGED not in control


def judge(
    control: dict[str, Any], training: Training, step: int, epoch: int, losses: dict[str, float]
) -> tuple[dict[str, Any], str | None]:
    """What to remember after this evaluation, and why to stop, if so.

    Judged on the validation part where there is one, else on training; never on the test part.
    """
    control = {name: value for name, value in control.items() if name != UNJUDGED}
    loss = losses.get("validation", losses["train"])
    if "best" not in control or loss < control["best"] or math.isnan(control["best"]):
        control = {**control, "best": loss, "best_step": step, "best_epoch": epoch}
    control = _on_plateau(control, training, step, epoch)
    if training.stop_below is not None and loss < training.stop_below:
        return control, "target"
    if training.patience is not None and epoch - control["best_epoch"] >= training.patience:
        return control, "no improvement"
    return control, None


def _on_plateau(
    control: dict[str, Any], training: Training, step: int, epoch: int
) -> dict[str, Any]:
    """With `falls`, the states at which the rate was lowered, where the schedule asks for it.

    The epochs of patience count from the best loss, and anew from each fall.
    """
    plateau = plateau_in(training.schedule)
    if plateau is None:
        return control
    since = max(control["best_epoch"], control.get("fell_epoch", 0))
    if epoch - since < plateau.patience:
        return control
    return {**control, "falls": [*control.get("falls", ()), step], "fell_epoch": epoch}


def patience_of(training: Training) -> int | None:
    """The epochs within which something may be judged: the shortest patience of all."""
    plateau = plateau_in(training.schedule)
    found = [training.patience, plateau.patience if plateau else None]
    return min((each for each in found if each is not None), default=None)


def history_spacing(total: int, per_epoch: int, patience: int | None = None) -> int:
    """Every how many steps a run is evaluated: 1, 2 or 5 times a power of ten epochs, such that
    there are at most 1,000 points, or once an epoch; and four times within the patience."""
    epochs = total / per_epoch
    spacing: int = next(
        n for k in range(40) for n in (10**k, 2 * 10**k, 5 * 10**k) if epochs <= 1000 * n
    )
    if patience is not None:
        spacing = min(spacing, max(1, patience // 4))
    return spacing * per_epoch
