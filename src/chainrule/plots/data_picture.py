"""The training points before anything was learnt."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.plots import marks, style, words
from chainrule.plots.scene import Scene
from chainrule.plots.table_picture import table_figure


def data_figure(data: Data, *, name: str = "") -> Figure:
    """The rows of the data: points where there are one or two inputs, else a table."""
    scene = Scene.of(data)
    title, subtitle = words.data_title(scene), words.joined(name, words.counts(scene))
    with style.context():
        if scene.kind == "plane":
            return _plane(scene, title, subtitle)
        if scene.kind == "line":
            return _line(scene, title, subtitle)
        return table_figure(scene, title, subtitle)


def frame_plane(axes: Axes, scene: Scene) -> tuple[float, float, float, float]:
    """Limits around all drawn points, one scale for both axes where that wastes little room."""
    parts = [scene.train, *([scene.other] if scene.other else [])]
    limits = [
        style.span(_joined(parts, k), 0.1) for k in range(2)
    ]  # fmt: skip
    (left, right), (low, high) = limits
    with_one_scale = 1 / 2.5 < (right - left) / (high - low) < 2.5
    axes.set_aspect("equal" if with_one_scale else "auto", adjustable="box")
    axes.set(xlim=limits[0], ylim=limits[1])
    axes.set_xlabel(style.plain(scene.columns[0], 40))
    axes.set_ylabel(style.plain(scene.columns[1], 40))
    style.few_ticks(axes)
    return left, right, low, high
