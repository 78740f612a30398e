"""Signs of the start and the settings: what was decided before the first step."""

from __future__ import annotations

import math

import numpy as np

from chainrule.core.dense import Array
from chainrule.doctor.chart import Chart
from chainrule.doctor.looks import Look
from chainrule.doctor.table import Sign

TWINS = 1e-9  # relative difference of two units that are the same
LOUD = 3.0  # a start's loss, in losses of answers that say "I don't know",
LATE = 0.1  # of the run until it is down to one of them; or at once
DEAFENING = 12.0  # of them


def not_finite(chart: Chart) -> Sign | None:
    if not chart.is_not_finite:
        return None
    step = chart.looks[-1].step
    return Sign(step, {"after_step": step}, f"Training met NaN or infinity: {chart.why}")


def symmetric_start(chart: Chart) -> Sign | None:
    """Units of a hidden layer with the same weights and the same gradient stay the same."""
    first = chart.looks[0]
    for l, (W, b) in enumerate(chart.spec.names[:-1]):
        units = chart.spec.layers[l].units
        alike = _twins(_stacked(first.params, W, b))
        if units < 2 or alike.mean() <= 0.5:
            continue
        alike &= _twins(_stacked(first.rows.grads, W, b))
        begin = f"have at {chart.beginning}" if chart.first else "start with"
        if alike.mean() > 0.5:
            return Sign(
                0, {"layer": l, "same": int(alike.sum()), "units": units},
                f"In layer {l + 1}, {int(alike.sum())} of {units} units {begin} the same "
                "weights and get the same gradient: they stay copies of one unit.",
            )  # fmt: skip
    return None


def loud_start(chart: Chart) -> Sign | None:
    """Cross-entropy: a network that knows nothing yet should say so, loss ln k."""
    if chart.spec.loss.last not in ("sigmoid", "softmax") or not len(chart.history):
        return None
    if chart.first:  # a branch: the start is its parent's
        return None
    k = chart.spec.outputs
    silent = math.log(k) if chart.spec.loss.targets == "labels" else k * math.log(2)
    if chart.spec.loss.targets == "columns" and chart.spec.conventions.outputs == "mean":
        silent /= k
    first = float(chart.loss[0])
    if not first > LOUD * silent:
        return None
    below = np.flatnonzero(chart.loss < silent)
    until = int(chart.history["step"][below[0]]) if len(below) else None
    if until is not None and until < LATE * chart.looks[-1].step and first < DEAFENING * silent:
        return None
    lost = "it never got below that" if until is None else f"it took {until} steps to get there"
    return Sign(
        0, {"loss": first, "silent": silent, "until": until},
        f"The loss starts at {first:.3g}, where a network that does not know yet has "
        f"{silent:.3g}; {lost}.",
    )  # fmt: skip


def penalty_too_strong(chart: Chart) -> Sign | None:
    """The penalty pulls harder than the data, and the weights follow it."""
    if not chart.training.penalties or not chart.knows_less_than(0.9):
        return None

    def pulls_harder(look: Look) -> bool:
        return _pull(look) >= 1

    strengths = {row.name: strength for strength, row in chart.training.penalties}
    last, first = chart.looks[-1], chart.looks[0]
    kept = _size(last.params) / max(_size(first.params), 1e-300)
    seen = [look for look in chart.looks if pulls_harder(look)]
    if not seen or kept > 0.5:
        return None
    return Sign(
        seen[0].step,
        {**strengths, "pull": _pull(seen[0]), "weights_kept": kept},
        f"The penalty's gradient is {_pull(seen[0]):.2g} times the data's at state "
        f"{seen[0].step}, and the weights have shrunk to {100 * kept:.2g} % of "
        f"what they were at {chart.beginning}.",
        f"Try {' '.join(f'--{name} {strength / 100:.2g}' for name, strength in strengths.items())},"
        " or 0.",
    )  # fmt: skip


def _stacked(arrays: dict[str, Array], W: str, b: str) -> Array:
    """A unit's numbers in a column: its weights, and its bias where it has one of its own."""
    own = arrays.get(b)
    if own is None or own.shape != arrays[W].shape[1:]:
        return arrays[W]
    return np.vstack([arrays[W], own])


def _twins(columns: Array) -> Array:
    """Which columns are equal to the first one."""
    apart = np.abs(columns - columns[:, :1]).max(axis=0)
    return apart <= TWINS * max(float(np.abs(columns).max()), 1e-300)  # type: ignore[no-any-return]


def _pull(look: Look) -> float:
    """‖gradient of the penalty‖ / ‖gradient of the data's loss‖."""
    pulled = look.made.penalty_grads
    data = {name: look.made.grads[name] - pulled[name] for name in pulled}
    return _size(pulled) / max(_size(data), 1e-300)


def _size(arrays: dict[str, Array]) -> float:
    return math.sqrt(sum(float((a * a).sum()) for name, a in arrays.items() if name[-1] == "W"))
