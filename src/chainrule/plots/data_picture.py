"""The training points before anything was learnt."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from chainrule.data.parts import Data
from chainrule.plots import marks, style, words
from chainrule.plots.scene import Scene
from chainrule.plots.table_picture import table_figure

CLASSES, ACROSS = 12, 9  # classes and images of each that are drawn


def data_figure(data: Data, *, name: str = "") -> Figure:
    """The rows of the data: points where there are one or two inputs, else a table."""
    scene = Scene.of(data)
    title, subtitle = words.data_title(scene), words.joined(name, words.counts(scene))
    with style.context():
        if scene.kind == "plane":
            return _plane(scene, title, subtitle)
        if scene.kind == "line":
            return _line(scene, title, subtitle)
        if scene.image:
            return _images(scene, scene.image, title, subtitle)
        return table_figure(scene, title, subtitle)


def _plane(scene: Scene, title: str, subtitle: str) -> Figure:
    handles, labels = marks.keys(scene, other=True) if scene.classes else ([], [])
    room = marks.plane_size(scene, labels, scale=not scene.classes)
    made = style.figure(*room, title, subtitle)
    axes = made.add_subplot()
    marks.frame_plane(axes, scene)
    if scene.classes:
        size = marks.size_for(len(scene.train.x))
        if scene.other:
            marks.classes(axes, scene.other, size, faint=True)
        marks.classes(axes, scene.train, size)
        style.legend(made, handles, labels)
        return made
    points = marks.numbers(axes, scene)
    bar = made.colorbar(points, ax=axes, shrink=0.8, aspect=30)
    bar.outline.set_visible(False)
    bar.set_label(style.plain(scene.targets[0], 40))
    return made


def _line(scene: Scene, title: str, subtitle: str) -> Figure:
    made = style.figure(8, 5.2, title, subtitle)
    axes = made.add_subplot()
    marks.frame_line(axes, scene)
    if scene.other:
        marks.on_line(axes, scene.other, faint=True)
    marks.on_line(axes, scene.train)
    if scene.other:
        style.legend(made, *marks.part_keys(scene))
    return made


def _images(scene: Scene, shape: tuple[int, int], title: str, subtitle: str) -> Figure:
    """Some rows as images: the first ones of each class in a row of their own, or the first."""
    x, y = scene.train.x, scene.train.y
    found = np.unique(y)[:CLASSES].tolist() if scene.classes else []
    rows = [np.flatnonzero(y == k)[:ACROSS] for k in found] or np.split(np.arange(36), 4)
    low, high = float(x.min()), float(x.max())
    made = style.figure(8, 0.95 + 0.72 * len(rows), title, subtitle)
    grid = made.subplots(len(rows), ACROSS, squeeze=False)
    for k, (line, places) in enumerate(zip(grid, rows, strict=True)):
        for axes in line:
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
        for axes, n in zip(line, places[places < len(x)], strict=False):
            axes.imshow(x[n].reshape(shape), cmap="Greys", vmin=low, vmax=high)
            if not found:
                axes.set_title(style.number(y[n, 0]), fontsize=9, pad=2)
        if found:
            line[0].set_ylabel(
                style.plain(style.shorten_inside(scene.class_name(found[k]), 14), 14),
                rotation=0, ha="right", va="center",
            )  # fmt: skip
    return made
