"""What the network answers: a map, a curve, rows or a summary, as the data allows."""

from __future__ import annotations

from typing import Protocol

from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from chainrule.data.parts import Data
from chainrule.model import Model
from chainrule.network import Network
from chainrule.plots import marks, style, words
from chainrule.plots.answers import ClassAnswers, LineAnswers, NumberAnswers, RowAnswers
from chainrule.plots.marks import Keys
from chainrule.plots.plane_map import PlaneMap
from chainrule.plots.scene import Scene, side_for


class Panel(Protocol):
    """An axes that shows a network's answers; `artists` are what `show` changes, lowest first."""

    artists: list[Artist]

    def show(self, network: Network) -> None: ...
    def keys(self) -> Keys: ...


def decision_figure(model: Model, data: Data, *, name: str = "", step: int | None = None) -> Figure:
    """The model's answers on this data. `name` and `step` are said in the heading."""
    scene, measured = Scene.of(data), words.measure(model.network, data)
    title = words.decision_title(scene, measured)
    subtitle = words.decision_subtitle(name, model.network, measured, step)
    with style.context():
        made = style.figure(*size_of(scene), title, subtitle)
        axes = made.add_subplot()
        panel = panel_for(axes, scene, side_for(model.network.spec, 1, most=300))
        panel.show(model.network)
        handles, labels = panel.keys()
        if handles:
            style.legend(made, handles, labels)
        if scene.kind == "plane":
            _scale(made, axes, scene)
    return made


def panel_for(axes: Axes, scene: Scene, side: int, *, shrink: float = 1) -> Panel:
    """The panel that suits the data."""
    if scene.kind == "plane":
        return PlaneMap(axes, scene, side, shrink=shrink)
    if scene.kind == "line":
        return LineAnswers(axes, scene, side)
    if scene.kind == "rows":
        return RowAnswers(axes, scene)
    return ClassAnswers(axes, scene) if scene.classes else NumberAnswers(axes, scene)


def size_of(scene: Scene) -> tuple[float, float]:
    """Width and height in inches."""
    if scene.kind == "plane":
        labels = [*marks.keys(scene, other=False)[1], "answered wrong"] if scene.classes else []
        return marks.plane_size(scene, labels, scale=len(scene.classes) <= 2)
    heights = {"rows": 2.6 + 0.36 * scene.train.y.size, "line": 5.2, "many": 6.4}
    return 8, heights[scene.kind]


def _scale(made: Figure, axes: Axes, scene: Scene) -> None:
    """The colour scale, where colour is a number."""
    if len(scene.classes) > 2:
        return
    limits = (0.0, 1.0) if scene.classes else marks.scale_of(scene)
    colours = style.TWO_SIDES if scene.classes else colormaps["viridis"]
    bar = made.colorbar(
        ScalarMappable(Normalize(*limits), colours), ax=axes, shrink=0.8, aspect=30,
        ticks=[0, 0.5, 1] if scene.classes else None,
    )  # fmt: skip
    bar.outline.set_visible(False)
    label = marks.share_name(scene) if scene.classes else style.plain(scene.targets[0])
    bar.set_label(f"network's output, {label}")
