"""A small table as a heat map of its numbers, a large one as stripes sorted by the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chainrule.core.dense import Array
from chainrule.plots import style
from chainrule.plots.scene import Points, Scene

LABELLED = 12  # columns that still have room for their numbers


def table_figure(scene: Scene, title: str, subtitle: str) -> Figure:
    """Inputs on the left, answers on the right."""
    small = len(scene.train.x) <= 16 and scene.inputs + len(scene.targets) <= LABELLED
    height = 1.9 + 0.42 * len(scene.train.x) if small else 5.2
    made = style.figure(8, height, title, subtitle)
    ratios = [scene.inputs, max(1, len(scene.targets))]
    if not small:
        ratios = [5, 1]
    left, right = made.subplots(1, 2, width_ratios=ratios)
    points = scene.train if small else _sorted(scene.train)
    answers = points.y[:, None] if scene.classes else points.y
    _cells(left, points.x, "Blues", scene.columns, numbers=small)
    _cells(right, answers, "Oranges", scene.targets, numbers=small, names=scene.classes)
    left.set_ylabel("rows" if small else "rows, sorted by their answer")
    left.set_title("inputs")
    right.set_title("answers" if len(scene.targets) > 1 else "answer")
    return made


def _sorted(points: Points) -> Points:
    order = np.argsort(points.y if points.y.ndim == 1 else points.y[:, 0], kind="stable")
    return Points(points.x[order], points.y[order], points.rows)


def _cells(
    axes: Axes, values: Array, colours: str, columns: tuple[str, ...],
    *, numbers: bool, names: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Each column from its least (pale) to its greatest (strong) number."""
    low, high = values.min(axis=0), values.max(axis=0)
    spread = np.where(high > low, high - low, 1)
    strength = np.where(high > low, (values - low) / spread, 0.35)
    axes.imshow(strength, cmap=colours, vmin=0, vmax=2, aspect="auto", interpolation="nearest")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_yticks([])
    shown = np.arange(len(columns))[:: max(1, len(columns) // LABELLED)]
    wide = sum(len(columns[k]) for k in shown) > 45
    axes.set_xticks(shown, [style.plain(columns[k], 14) for k in shown], rotation=45 if wide else 0)
    if numbers:
        _write(axes, values, names)


def _write(axes: Axes, values: Any, names: tuple[str, ...]) -> None:
    rows, columns = values.shape
    axes.set_yticks(range(rows), [str(k + 1) for k in range(rows)])
    axes.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    axes.set_xticks(np.arange(columns + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=3)
    axes.tick_params(which="minor", length=0)
    for (i, k), value in np.ndenumerate(values):
        text = style.plain(names[int(value)], 16) if names else style.number(value)
        axes.text(k, i, text, ha="center", va="center")
