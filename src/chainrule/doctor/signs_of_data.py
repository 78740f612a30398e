"""Signs in the data: scales, balance, and answers that the network can't give."""

from __future__ import annotations

import numpy as np

from chainrule.core.dense import Array
from chainrule.doctor.chart import Chart
from chainrule.doctor.table import Sign
from chainrule.engine.choice import choose

LARGE, SMALL = 10.0, 0.03  # root mean square of an input column
APART = 100.0  # the largest column's size beside the smallest's
OFFSET = 10.0  # a column's mean beside its deviation
STEADY = 1e-3  # deviation of the answers beside their size
BALANCE = 0.5  # normalised perplexity of the classes
RECALL = 0.5  # of a class's rows that are recognised
REACH = 0.05  # of the constant answer's loss that no network with this last layer can avoid
RANGES = {
    "sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, np.inf),
    "softplus": (0.0, np.inf), "exp": (0.0, np.inf), "elu": (-1.0, np.inf),
}  # fmt: skip


def constant_target(chart: Chart) -> Sign | None:
    y = _columns(chart)
    size = float(np.sqrt((y * y).mean()))
    deviation = float(y.std(axis=0).max())
    if len(y) < 2 or deviation > STEADY * size:
        return None
    return Sign(
        0, {"deviation": deviation, "mean": float(y.mean())},
        f"All {len(y)} answers looked at are the same, {y.mean():.4g}, within {deviation:.2g}: "
        "there is nothing to learn but this number.",
    )  # fmt: skip


def unscaled_inputs(chart: Chart) -> Sign | None:
    if not chart.knows_less_than(0.9):
        return None
    x = chart.rows.x
    with np.errstate(all="ignore"):
        mean, deviation = x.mean(axis=0), x.std(axis=0)
        size = np.sqrt((x * x).mean(axis=0))
    varying = deviation > 1e-9 * size  # a constant column is a bias: no harm
    if len(x) < 2 or not varying.any():
        return None
    sizes = size[varying]
    j = int(np.argmax(np.where(varying, size, 0)))
    offset = float((np.abs(mean) / np.maximum(deviation, 1e-300))[varying].max())
    if SMALL < sizes.max() < LARGE and sizes.max() < APART * sizes.min() and offset < OFFSET:
        return None
    return Sign(
        0, {"column": j, "mean": float(mean[j]), "deviation": float(deviation[j]),
            "largest": float(sizes.max()), "smallest": float(sizes.min())},
        f"Column {j} of the inputs has mean {mean[j]:.3g} and deviation {deviation[j]:.3g}; the "
        f"columns' sizes go from {sizes.min():.3g} to {sizes.max():.3g}.",
    )  # fmt: skip


def unscaled_answers(chart: Chart) -> Sign | None:
    if chart.data.task == "classes" or not chart.knows_less_than(0.9):
        return None
    y = _columns(chart)
    mean, deviation = y.mean(axis=0), y.std(axis=0)
    sizes = np.sqrt((y * y).mean(axis=0))
    k = int(sizes.argmax())
    offset = float(np.abs(mean[k]) / max(float(deviation[k]), 1e-300))
    small = 0 < sizes.max() < SMALL
    if not (sizes.max() > LARGE or small or offset > OFFSET) or len(y) < 2:
        return None
    return Sign(
        0, {"column": k, "mean": float(mean[k]), "deviation": float(deviation[k])},
        f"The answers have mean {mean[k]:.3g} and deviation {deviation[k]:.3g}: far from the 0 and "
        "1 that starting values and learning rates are made for.",
    )  # fmt: skip


def out_of_reach(chart: Chart) -> Sign | None:
    """No network ends below the loss of the answers moved into the last activation's range."""
    last = chart.spec.layers[-1].activation.name
    if chart.spec.loss.on != "a" or last not in RANGES or chart.constant <= 0:
        return None
    low, high = RANGES[last]
    y = _columns(chart)
    nearest = np.clip(y, low, high)
    least = chart.spec.loss(
        nearest, y, chart.rows.weight, outputs=chart.spec.conventions.outputs
    ).value
    if not least > REACH * chart.constant:
        return None
    share = float((nearest != y).any(axis=1).mean())
    return Sign(
        0, {"share": share, "least_loss": float(least), "low": low, "high": high,
            "smallest_answer": float(y.min()), "largest_answer": float(y.max())},
        f"{100 * share:.0f} % of the answers lie outside what {last} can give; they go from "
        f"{y.min():.3g} to {y.max():.3g}. No weights bring the loss below {least:.4g}.",
    )  # fmt: skip


def label_imbalance(chart: Chart) -> Sign | None:
    """Rare classes, and the network has given one of them up."""
    if chart.data.task != "classes":
        return None
    labels = _classes(chart.rows.y if chart.rows.y.ndim == 1 else _columns(chart))
    counts = np.bincount(labels)
    share = counts[counts > 0] / counts.sum()
    if len(share) < 2:
        return None
    perplexity = float(np.exp(-(share * np.log(share)).sum()))
    balance = (perplexity - 1) / (len(share) - 1)
    if balance >= BALANCE:
        return None
    answered = _answered(chart)
    recalls = [float((answered[labels == k] == k).mean()) for k in np.flatnonzero(counts)]
    if min(recalls) >= RECALL:
        return None
    rare = int(np.flatnonzero(counts)[int(np.argmin(recalls))])
    return Sign(
        chart.looks[-1].step,
        {"balance": balance, "largest_share": float(share.max()), "recall": min(recalls)},
        f"{100 * share.max():.0f} % of the rows are of one class, and of class {rare} only "
        f"{100 * min(recalls):.0f} % are recognised: always saying the common one is nearly right.",
    )  # fmt: skip


def _columns(chart: Chart) -> Array:
    y = chart.rows.y
    return np.eye(chart.spec.outputs)[y] if y.ndim == 1 else y


def _classes(y: Array) -> Array:
    """The class of each row: a number, the largest of several columns, or one from a half up."""
    if y.ndim == 1:
        return y
    return (y[:, 0] >= 0.5).astype(int) if y.shape[1] == 1 else y.argmax(axis=1)


def _answered(chart: Chart) -> Array:
    """The classes that the network says at the end."""
    with np.errstate(all="ignore"):
        a = choose(chart.spec).predict(chart.spec, chart.looks[-1].params, chart.rows.x)
    return (a[:, 0] > 0.5).astype(int) if a.shape[1] == 1 else a.argmax(axis=1)
