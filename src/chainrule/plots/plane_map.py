"""The network's answer at every point of the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.ticker import MaxNLocator

from chainrule.core.dense import Array
from chainrule.network import Network
from chainrule.plots import marks, style
from chainrule.plots.marks import Keys
from chainrule.plots.scene import Scene, shares

STRONGEST = 0.62  # of a class's own colour, where the network is certain of it


class PlaneMap:
    """An axes with map, border, points, and rings around the points answered wrong.

    The rings are no part of what a film shows: at its beginning nearly all points would have one.
    """

    def __init__(self, axes: Axes, scene: Scene, side: int, *, shrink: float = 1) -> None:
        self.scene, self.side = scene, side
        left, right, low, high = limits = marks.frame_plane(axes, scene)
        self.xs, self.ys = _middles(left, right, side), _middles(low, high, side)
        self.grid = scene.prepared(np.dstack(np.meshgrid(self.xs, self.ys)).reshape(-1, 2))
        self.image = axes.imshow(
            np.full((side, side, 3), 255, np.uint8), extent=limits, origin="lower",
            interpolation="bilinear", aspect=axes.get_aspect(),
        )  # fmt: skip
        self.border = LineCollection([], colors=style.INK, linewidths=1.4 if scene.classes else 0.7)
        axes.add_collection(self.border, autolim=False)
        axes.set(xlim=limits[:2], ylim=limits[2:])
        axes.spines[:].set_visible(False)
        self.points = self._points(axes, shrink)
        size = 2.2 * shrink * marks.size_for(len(scene.train.x)) + 25
        self.rings = axes.scatter([], [], s=size, facecolors="none", edgecolors="black")
        self.artists: list[Artist] = [self.image, self.border, *self.points]
        self.wrong = 0

    def show(self, network: Network) -> None:
        """The answers of this network from now on."""
        a = self.scene.outputs(network, self.grid)
        colours = np.rint(255 * shade(self.scene, a)).astype(np.uint8)
        self.image.set_data(colours.reshape(self.side, self.side, 3))
        lines = [line for z, level in self._levels(a) for line in self._lines(z, level)]
        self.border.set_segments(lines)
        if self.scene.classes:
            chosen = chosen_class(self.scene.outputs(network, self.scene.scaled))
            wrong = chosen != self.scene.train.y
            self.wrong = int(wrong.sum())
            self.rings.set_offsets(self.scene.train.x[wrong])
            self.rings.set_linewidth(float(np.interp(self.wrong, [50, 500], [1.4, 0.4])))

    def keys(self) -> Keys:
        if not self.scene.classes:
            return [], []
        handles, labels = marks.keys(self.scene, other=False)
        if self.wrong:
            return [*handles[:11], marks.ring_key()], [*labels[:11], "answered wrong"]
        return handles, labels

    def _points(self, axes: Axes, shrink: float) -> list[Artist]:
        if self.scene.classes:
            size = shrink * marks.size_for(len(self.scene.train.x))
            return marks.classes(axes, self.scene.train, size)
        return [marks.numbers(axes, self.scene, shrink=shrink)]

    def _levels(self, a: Array) -> list[tuple[Array, float]]:
        """Fields and the level at which each has a border: equal shares, or round numbers."""
        if not self.scene.classes:
            low, high = marks.scale_of(self.scene)
            return [(a[:, 0], level) for level in MaxNLocator(6).tick_values(low, high)]
        p = shares(a)
        if p.shape[1] == 2:
            return [(p[:, 1] - p[:, 0], 0.0)]
        winner, (second, first) = p.argmax(axis=1), np.sort(p, axis=1)[:, -2:].T
        ahead = [np.where(winner == k, first - second, p[:, k] - first) for k in range(p.shape[1])]
        return [(each, 0.0) for each in ahead]

    def _lines(self, z: Array, level: float) -> list[Array]:
        z = np.ma.masked_invalid(z.reshape(self.side, self.side))
        if z.mask.all() or not z.min() < level < z.max():
            return []
        lines: Any = contour_generator(self.xs, self.ys, z).lines(level)
        return list(lines)


def _middles(low: float, high: float, n: int) -> Array:
    return low + (np.arange(n) + 0.5) * ((high - low) / n)


def chosen_class(a: Array) -> Array:
    """The class answered; −1 where the output is no number."""
    p = shares(a)
    good = np.isfinite(p.sum(axis=1))
    return np.where(good, np.where(good[:, None], p, 0).argmax(axis=1), -1)


def shade(scene: Scene, a: Array) -> Array:
    """A colour (n, 3) for each output (n, outputs)."""
    good = np.isfinite(a.sum(axis=1))
    a = np.where(good[:, None], a, 0)
    made: Array
    if not scene.classes:
        low, high = marks.scale_of(scene)
        made = colormaps["viridis"](np.clip((a[:, 0] - low) / (high - low), 0, 1))[:, :3]
    elif shares(a).shape[1] == 2:
        made = style.TWO_SIDES(np.clip(shares(a)[:, 1], 0, 1))[:, :3]
    else:
        made = _winners(np.clip(shares(a), 0, 1))
    made[~good] = to_rgb(style.BAD)
    return made


def _winners(p: Array) -> Array:
    """The colour of the greatest share, the paler the nearer it is to a share of 1/classes."""
    even = 1 / p.shape[1]
    strength = STRONGEST * np.clip((p.max(axis=1) - even) / (1 - even), 0.1, 1)[:, None]
    colours = np.array([to_rgb(style.mark(k)[0]) for k in range(p.shape[1])])
    mixed: Array = 1 - strength * (1 - colours[p.argmax(axis=1)])
    return mixed
