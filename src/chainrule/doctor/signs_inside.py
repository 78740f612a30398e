"""Signs inside the network: units and gradients; and in what comes out of it."""

from __future__ import annotations

import math

import numpy as np

from chainrule.core.dense import Array
from chainrule.doctor.chart import Chart
from chainrule.doctor.looks import Look
from chainrule.doctor.table import Sign
from chainrule.doctor.trend import median

LIMITS = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
NEAR = 0.01  # of the range: so near its limit a unit counts as saturated
HALF = 0.5  # of a layer, in a run that has not learnt,
MOST = 0.8  # of a layer, from the start on, in any run
TINY = 1e-3  # a first layer's gradient beside the last layer's
GROWTH = 100.0  # the same, the other way
FLAT = 0.05  # spread of outputs beside that of answers
IGNORED = 0.02  # of the constant's loss: what mixing up the inputs has to cost at least,
BY_HEART = 2.0  # and so many times what p parameters learn of n rows of noise, p / n,
AT_MOST = 0.2  # but not more than this
HUGE = 100.0  # largest weight, in starting weights


def saturated_units(chart: Chart) -> Sign | None:
    """Nearly a whole layer, from the start; or half of one, where the network has not learnt."""
    for l, layer in enumerate(chart.spec.layers[:-1]):
        if layer.activation.name not in LIMITS:
            continue

        def ill(look: Look, l: int = l) -> bool:
            return _saturated(chart, look, l) > HALF

        since = chart.since(ill)
        all_along = min(_saturated(chart, look, l) for look in chart.looks) > MOST
        if since is None or not (all_along or chart.knows_less_than(0.5)):
            continue
        share = _saturated(chart, chart.looks[-1], l)
        return Sign(
            since, {"layer": l, "share": share},
            f"In layer {l + 1}, {100 * share:.0f} % of the {layer.activation.name} outputs lie "
            "within 1 % of a limit, where the slope is almost 0: their weights hardly learn.",
        )  # fmt: skip
    return None


def dead_relus(chart: Chart) -> Sign | None:
    """A unit that gives 0 for every row has no gradient, and can't come back."""
    for l, layer in enumerate(chart.spec.layers):
        if layer.activation.name != "relu":
            continue

        def ill(look: Look, l: int = l) -> bool:
            return float(_dead(look, l).mean()) > HALF

        since = chart.since(ill)
        if since is None or (since > chart.first and not chart.knows_less_than(0.5)):
            continue
        dead = int(_dead(chart.looks[-1], l).sum())
        rows = len(chart.looks[-1].outputs)
        return Sign(
            since, {"layer": l, "dead": dead, "units": layer.units},
            f"In layer {l + 1}, {dead} of {layer.units} units give 0 for all {rows} rows looked "
            "at: no gradient reaches them.",
        )  # fmt: skip
    return None


def vanishing_gradients(chart: Chart) -> Sign | None:
    if len(chart.spec.layers) < 3 or not chart.knows_less_than(0.5) or chart.is_not_finite:
        return None

    def ill(look: Look) -> bool:
        first, last = _ends(look)
        return 0 < first < TINY * last

    seen = [look for look in chart.looks if ill(look)]
    if 2 * len(seen) < len(chart.looks):
        return None
    first, last = _ends(seen[0])
    return Sign(
        seen[0].step, {"first_layer": first, "last_layer": last, "ratio": first / last},
        f"On its way from the last layer to the first the gradient shrinks to {first / last:.1g} "
        f"of its size (mean |dW| {last:.2g} and {first:.2g}): the first layers hardly learn.",
    )  # fmt: skip


def exploding_gradients(chart: Chart) -> Sign | None:
    if len(chart.spec.layers) < 3 or not chart.knows_less_than(0.9):
        return None
    look = chart.looks[0]
    sizes = [_rms(layer.dz) for layer in look.rows.layers]
    signals = [_rms(look.rows.batch.x), *(_rms(layer.z) for layer in look.rows.layers)]
    back = max(sizes[:-1]) / max(sizes[-1], 1e-300)
    forth = signals[-1] / max(signals[0], 1e-300)
    if not max(back, forth) > GROWTH:
        return None
    return Sign(
        0, {"forwards": forth, "backwards": back},
        f"At {chart.beginning} numbers grow {forth:.2g} times on their way from the inputs "
        f"to the last layer, and gradients {back:.2g} times on their way back.",
    )  # fmt: skip


def large_weights(chart: Chart) -> Sign | None:
    if not chart.knows_less_than(0.5):
        return None

    def largest(look: Look) -> float:
        return max(float(np.abs(look.params[W]).max()) for W, _ in chart.spec.names)

    usual = max(1.0, largest(chart.looks[0]))
    since = chart.since(lambda look: not largest(look) < HUGE * usual)
    if since is None:
        return None
    size = largest(chart.looks[-1])
    return Sign(
        since, {"largest": size, "at_the_start": largest(chart.looks[0])},
        f"The largest weight is {size:.3g}; at {chart.beginning} it was "
        f"{largest(chart.looks[0]):.3g}.",
    )  # fmt: skip


def constant_predictions(chart: Chart) -> Sign | None:
    spread = _spread(chart, chart.looks[-1])
    if not spread < FLAT or not chart.has_settled:
        return None
    since = chart.since(lambda look: _spread(chart, look) < FLAT)
    mean = float(chart.looks[-1].outputs.mean())
    return Sign(
        since or 0, {"spread": spread, "mean": mean},
        f"The outputs are almost the same for every row (about {mean:.3g}): they spread "
        f"{100 * spread:.2g} % as far as the answers do.",
    )  # fmt: skip


def inputs_ignored(chart: Chart) -> Sign | None:
    """Each row gets another row's answer, and the loss is hardly worse."""
    if chart.is_not_finite or not chart.has_settled or not chart.knows_less_than(0.25):
        return None
    last = chart.looks[-1].rows
    n, spec = len(last.batch.x), chart.spec
    q = last.layers[-1].z if spec.loss.on == "z" else last.layers[-1].a

    def cost(shift: int) -> float:
        q_of_others, how = np.roll(q, shift, axis=0), spec.conventions
        return float(spec.loss(q_of_others, last.batch.y, outputs=how.outputs).value)

    own = cost(0)
    mixed = float(np.mean([cost(shift) for shift in range(1, min(n, 17))] or [np.inf]))
    by_heart = BY_HEART * spec.parameters / chart.data.train.n
    if not mixed - own < min(IGNORED + by_heart, AT_MOST) * chart.constant:
        return None
    return Sign(
        chart.looks[-1].step, {"loss": own, "loss_with_other_inputs": mixed},
        f"With the inputs of other rows the loss is {mixed:.4g}, with their own {own:.4g}: the "
        "network does not use its inputs.",
    )  # fmt: skip


def linear_network(chart: Chart) -> Sign | None:
    hidden = chart.spec.layers[:-1]
    if not hidden or not chart.knows_less_than(0.25) or not chart.has_settled:
        return None
    if chart.is_not_finite or any(layer.activation.name != "identity" for layer in hidden):
        return None
    return Sign(
        0, {"layers": len(hidden) + 1, "skill": chart.last_skill},
        f"All hidden layers are identity: together the {len(hidden) + 1} layers are one linear "
        "layer, and can't bend.",
    )  # fmt: skip


def swinging_loss(chart: Chart) -> Sign | None:
    """The loss goes up as often as down, in large swings."""
    loss = chart.loss[len(chart.loss) // 4 :]
    if len(loss) < 8 or not chart.knows_less_than(0.9) or chart.constant <= 0:
        return None
    steps = np.diff(loss)
    turns = float((steps[1:] * steps[:-1] < 0).mean())
    swing = float(median(np.abs(steps))) / chart.constant
    if turns < 0.5 or not swing > 0.1:
        return None
    since = int(chart.history["step"][len(chart.loss) // 4])
    return Sign(
        since, {"turns": turns, "swing": swing},
        f"The loss turns at {100 * turns:.0f} % of the points, and swings by "
        f"{100 * swing:.0f} % of what a constant answer costs.",
    )  # fmt: skip


def stuck(chart: Chart) -> Sign | None:
    """The loss stands still, at no better than a constant answer or above the run's target."""
    if chart.is_not_finite or chart.has_arrived or len(chart.history) < 4 or chart.constant <= 0:
        return None
    last = float(chart.loss[-1])
    target = chart.training.stop_below
    if chart.last_skill >= 0.05 and (target is None or chart.last_skill >= 0.75):
        return None
    still = np.abs(chart.loss - last) < 0.02 * chart.constant
    k = len(still) - int(np.argmin(still[::-1])) if not still.all() else 0
    step = int(chart.history["step"][min(k, len(still) - 1)])
    if step - chart.first > 0.5 * (chart.history["step"][-1] - chart.first):
        return None
    return Sign(
        step, {"loss": last, "constant": chart.constant},
        f"The loss stays at {last:.4g}; always giving the same answer would cost "
        f"{chart.constant:.4g}.",
    )  # fmt: skip


def overfitting(chart: Chart) -> Sign | None:
    """The loss of rows kept out rises while that of the training rows falls."""
    part = "validation" if chart.data.validation is not None else "test"
    held, chosen = chart.history[part], chart.training.patience is not None
    if chosen or chart.is_not_finite or len(held) < 4 or not np.isfinite(held).all():
        return None
    k = int(held.argmin())
    rise = float(held[-1] - held[k]) / max(chart.constant, 1e-300)
    fall = float(chart.loss[k] - chart.loss[-1])
    gap = float(held[-1] - chart.loss[-1]) / max(chart.constant, 1e-300)
    if rise < 0.1 or fall <= 0 or gap < 0.2:
        return None
    step = int(chart.history["step"][k])
    return Sign(
        step, {"part": part, "best": float(held[k]), "last": float(held[-1]),
               "train": float(chart.loss[-1])},
        f"The {part} loss was {held[k]:.4g} after {step} steps and is {held[-1]:.4g} now, while "
        f"the training loss fell on to {chart.loss[-1]:.4g}: rows are learnt by heart.",
    )  # fmt: skip


def _saturated(chart: Chart, look: Look, l: int) -> float:
    low, high = LIMITS[chart.spec.layers[l].activation.name]
    a, near = look.rows.layers[l].a, NEAR * (high - low)
    return float(((a < low + near) | (a > high - near)).mean())


def _dead(look: Look, l: int) -> Array:
    return (look.rows.layers[l].a == 0).all(axis=0)  # type: ignore[no-any-return]


def _ends(look: Look) -> tuple[float, float]:
    """Mean |dW| of the first and of the last layer, from the data alone."""
    pulled = look.rows.penalty_grads
    grads = {name: g - pulled.get(name, 0) for name, g in look.rows.grads.items()}
    first, last = look.rows.spec.names[0][0], look.rows.spec.names[-1][0]
    return float(np.abs(grads[first]).mean()), float(np.abs(grads[last]).mean())


def _spread(chart: Chart, look: Look) -> float:
    """The deviation of the outputs over rows, divided by that of the answers."""
    wanted = float(chart.answers(look).std(axis=0).mean())
    return float(look.outputs.std(axis=0).mean()) / wanted if wanted > 0 else math.nan


def _rms(array: Array) -> float:
    with np.errstate(all="ignore"):
        return float(np.sqrt((array * array).mean()))
