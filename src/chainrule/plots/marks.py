"""Points as marks: a class is a colour and a shape, a number is a place on a colour scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from chainrule.core.dense import Array
from chainrule.plots import style
from chainrule.plots.scene import Points, Scene

Keys = tuple[list[Line2D], list[str]]


def size_for(n: int) -> float:
    """The area of a mark, in square points: many points are small ones."""
    return float(np.clip(15000 / max(n, 1), 16, 110))


def classes(axes: Axes, points: Points, size: float, *, faint: bool = False) -> list[Artist]:
    """A scatter for each class; faint ones are those the network is not trained on."""
    made: list[Artist] = []
    for k in np.unique(points.y).tolist():
        colour, marker = style.mark(k)
        x, y = points.x[points.y == k].T
        look = _faint(colour) if faint else _strong(colour)
        made.append(axes.scatter(x, y, s=size, marker=marker, **look))
    return made


def numbers(axes: Axes, scene: Scene, *, shrink: float = 1) -> Any:
    """A scatter whose colour is the true number."""
    points, limits = scene.train, scale_of(scene)
    x, y = points.x.T
    return axes.scatter(
        x, y, c=points.y[:, 0], s=1.2 * shrink * size_for(len(x)), cmap="viridis",
        vmin=limits[0], vmax=limits[1], edgecolors="white", linewidths=1.0,
    )  # fmt: skip


def on_line(axes: Axes, points: Points, *, faint: bool = False) -> list[Artist]:
    """Answers over one input; classes lie at 0, 1, ..."""
    colour = style.COLOURS[0]
    look = _faint(colour) if faint else _strong(colour)
    y = points.y if points.y.ndim == 1 else points.y[:, 0]
    return [axes.scatter(points.x[:, 0], y, s=0.6 * size_for(len(y)), **look)]


def _strong(colour: str) -> dict[str, Any]:
    return {"c": [style.darker(colour)], "edgecolors": "white", "linewidths": 0.5}


def _faint(colour: str) -> dict[str, Any]:
    return {"facecolors": "none", "edgecolors": [colour], "linewidths": 0.9, "alpha": 0.55}


# ---------------------------------------------------------------------------------------- framing


def frame_plane(axes: Axes, scene: Scene) -> tuple[float, float, float, float]:
    """Limits around all drawn points, one scale for both axes where that wastes little room."""
    left, right, low, high = limits_of(scene)
    axes.set_aspect("equal" if alike(scene) else "auto")
    axes.set(xlim=(left, right), ylim=(low, high))
    axes.set_xlabel(style.plain(scene.columns[0], 40))
    axes.set_ylabel(style.plain(scene.columns[1], 40))
    style.few_ticks(axes)
    return left, right, low, high


def limits_of(scene: Scene) -> tuple[float, float, float, float]:
    """Left, right, low and high end of the plane that is shown."""
    x = all_of(scene, "x")
    return *style.span(x[:, 0], 0.1), *style.span(x[:, 1], 0.1)


def alike(scene: Scene) -> bool:
    """Whether both inputs can have one scale without wasting much room."""
    left, right, low, high = limits_of(scene)
    return 1 / 2 < (right - left) / (high - low) < 2


def plane_size(scene: Scene, labels: list[str], *, scale: bool) -> tuple[float, float]:
    """Width and height of a figure in inches: the map, and what stands beside and below it."""
    if not alike(scene):
        return 8.0, 6.0
    left, right, low, high = limits_of(scene)
    beside = (1.1 if scale else 0.0) + (0.0 if style.fits_below(labels, 6.2) else 2.2)
    return 6.2 + beside, float(np.clip(5.1 * (high - low) / (right - left), 3, 6.5)) + 1.9


def scale_of(scene: Scene) -> tuple[float, float]:
    """The numbers at the ends of the colour scale: a little beyond the answers to learn."""
    return style.span(scene.train.y[:, 0], 0.05)


def frame_line(axes: Axes, scene: Scene) -> tuple[float, float]:
    """The input to the right, the answer upwards."""
    left, right = style.span(all_of(scene, "x")[:, 0], 0.04)
    axes.set(xlim=(left, right))
    axes.set_xlabel(style.plain(scene.columns[0], 40))
    axes.set_ylabel(style.plain(scene.targets[0], 40))
    style.few_ticks(axes)
    if scene.classes:
        top = max(1, len(scene.classes) - 1)
        axes.set(ylim=(-0.08 * top, 1.08 * top))
        named = range(top + 1)[:: 1 + top // 12]
        axes.set_yticks(named, [style.plain(scene.class_name(k), 14) for k in named])
    else:
        y = all_of(scene, "y")
        axes.set(ylim=style.span(y.reshape(len(y), -1)[:, 0], 0.08))
    return left, right


def all_of(scene: Scene, field: str) -> Array:
    return np.concatenate([getattr(part, field) for part in scene.both])


# ----------------------------------------------------------------------------------- legend entries


def keys(scene: Scene, *, other: bool) -> Keys:
    """The classes that are drawn, and the other part where it is."""
    seen = np.unique(all_of(scene, "y") if other else scene.train.y).tolist()
    handles = []
    for k in seen:
        colour, marker = style.mark(k)
        handles.append(key(marker, mfc=style.darker(colour), mec="white"))
    labels = [style.plain(scene.class_name(k)) for k in seen]
    if other and scene.other:
        handles.append(key("o", mfc="none", mec=style.GREY))
        labels.append(scene.other_name)
    return handles, labels


def share_name(scene: Scene) -> str:
    """What the one output of a network for two classes means."""
    return f"p({style.plain(scene.class_name(1))})"


def part_keys(scene: Scene) -> Keys:
    filled = key("o", mfc=style.darker(style.COLOURS[0]), mec="white")
    return [filled, key("o", mfc="none", mec=style.COLOURS[0])], ["training", scene.other_name]


def ring_key() -> Line2D:
    return key("o", mfc="none", mec="black", markersize=11)


def key(marker: str, **look: Any) -> Line2D:
    return Line2D([], [], linestyle="none", marker=marker, **{"markersize": 8, **look})
