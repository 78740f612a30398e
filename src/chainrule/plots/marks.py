"""Points as marks: a class is a colour and a shape, a number is a place on a colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from chainrule.core.dense import Array
from chainrule.plots import style
from chainrule.plots.scene import Points, Scene


def size_for(n: int) -> float:
    """The area of a mark, in square points: many points are small ones."""
    return float(np.clip(9000 / max(n, 1), 14, 110))


def classes(axes: Axes, points: Points, *, faint: bool = False, size: float | None = None) -> list[Artist]:
    """A scatter for each class; faint ones are those the network was not trained on."""
    made: list[Artist] = []
    size = size or size_for(len(points.x))
    for k in np.unique(points.y).tolist():
        colour, marker = style.mark(k)
        x, y = points.x[points.y == k].T
        look: dict[str, Any] = {"c": [style.darker(colour)], "edgecolors": "white", "linewidths": 0.5}
        if faint:
            look = {"facecolors": "none", "edgecolors": [colour], "linewidths": 0.9, "alpha": 0.55}
        made.append(axes.scatter(x, y, s=size, marker=marker, **look))  # type: ignore[arg-type, unused-ignore]
    return made


def numbers(axes: Axes, points: Points, limits: tuple[float, float]) -> Any:
    """A scatter whose colour is the true number."""
    x, y = points.x.T
    return axes.scatter(
        x, y, c=points.y[:, 0], s=1.4 * size_for(len(x)), cmap="viridis",
        vmin=limits[0], vmax=limits[1], edgecolors="black", linewidths=0.8,
    )  # fmt: skip


def keys(scene: Scene, seen: Sequence[int]) -> tuple[list[Line2D], list[str]]:
    """Legend entries of the classes that are drawn."""
    handles = []
    for k in seen:
        colour, marker = style.mark(k)
        handles.append(_key(marker, style.darker(colour)))
    return handles, [style.plain(scene.class_name(k)) for k in seen]


def ring_key() -> Line2D:
    return Line2D([], [], linestyle="none", marker="o", markersize=10, mfc="none", mec="black")


def test_key() -> Line2D:
    return Line2D([], [], linestyle="none", marker="o", markersize=7, mfc="none", mec=style.GREY)


def _key(marker: str, colour: Any) -> Line2D:
    return Line2D([], [], linestyle="none", marker=marker, markersize=8, mfc=colour, mec="white")


def seen(scene: Scene) -> list[int]:
    """The classes that occur among the drawn points."""
    parts: list[Array] = [scene.train.y, *([scene.other.y] if scene.other else [])]
    return [int(k) for k in np.unique(np.concatenate(parts))]
