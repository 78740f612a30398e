"""What the network answers where there is no plane to draw: a curve, rows, or a summary."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from chainrule.core.dense import Array
from chainrule.network import Network
from chainrule.plots import marks, style
from chainrule.plots.marks import Keys
from chainrule.plots.plane_map import chosen_class
from chainrule.plots.scene import Scene, shares

TRUE, ANSWER = style.COLOURS[0], style.COLOURS[4]


class LineAnswers:
    """One input: the output as a curve over it."""

    def __init__(self, axes: Axes, scene: Scene, side: int) -> None:
        self.scene = scene
        self.xs = np.linspace(*marks.frame_line(axes, scene), 3 * side)
        self.grid = scene.prepared(self.xs[:, None])
        self.points = marks.on_line(axes, scene.train)
        if scene.classes and len(scene.classes) == 2:
            axes.axhline(0.5, color=style.PALE, linewidth=1, zorder=0)
        (self.curve,) = axes.plot([], [], color=ANSWER, linewidth=2.5)
        self.artists: list[Artist] = [*self.points, self.curve]

    def show(self, network: Network) -> None:
        a = self.scene.outputs(network, self.grid)
        y = a[:, 0]
        if self.scene.classes:
            p = shares(a)
            y = p[:, 1] if p.shape[1] == 2 else chosen_class(a).astype(float)
        self.curve.set_data(self.xs, np.where(np.isfinite(y), y, np.nan))

    def keys(self) -> Keys:
        two = len(self.scene.classes) == 2
        label = f"network: {marks.share_name(self.scene)}" if two else "network"
        point = marks.part_keys(self.scene)[0][0]
        return [Line2D([], [], color=ANSWER, linewidth=2.5), point], [label, "training rows"]


class RowAnswers:
    """A small table: for each answer a bar from the truth to what the network says."""

    def __init__(self, axes: Axes, scene: Scene) -> None:
        self.scene, self.axes = scene, axes
        self.truth = truth_of(scene).reshape(-1)
        self.places = np.arange(len(self.truth))
        low, high = style.span(np.append(self.truth, [0, 1] if scene.classes else []), 0.0)
        low, high = low - 0.08 * (high - low), high + 0.08 * (high - low)
        beside = 0.32 * (high - low)  # room for the answers as numbers
        axes.set(xlim=(low, high + beside), ylim=(len(self.truth) - 0.4, -0.6))
        axes.spines["bottom"].set_bounds(low, high)
        axes.set_yticks(self.places, _row_names(scene))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        ticks = np.asarray(style.round_ticks(4).tick_values(low, high))
        axes.set_xticks(ticks[(ticks >= low) & (ticks <= high)])
        axes.set_xlabel(_what_is_answered(scene))
        axes.set_ylabel("inputs")
        self.off = axes.hlines(self.places, self.truth, self.truth, color=style.GREY, linewidth=2)
        self.true = axes.scatter(self.truth, self.places, s=130, marker="D", facecolors="white",
                                 edgecolors=TRUE, linewidths=2)  # fmt: skip
        self.said = axes.scatter(self.truth, self.places, s=55, color=ANSWER)
        self.texts = [
            axes.text(high + 0.3 * beside, k, "", va="center", color=style.darker(ANSWER))
            for k in range(len(self.truth))
        ]
        self.artists: list[Artist] = [self.off, self.true, self.said, *self.texts]

    def show(self, network: Network) -> None:
        said = answers_of(self.scene, self.scene.outputs(network, self.scene.scaled)).reshape(-1)
        low, high = self.axes.spines["bottom"].get_bounds()
        seen = np.clip(np.nan_to_num(said, nan=low), low, high)
        self.said.set_offsets(np.column_stack([seen, self.places]))
        ends = np.dstack([np.column_stack([self.truth, seen]), np.column_stack([self.places] * 2)])
        self.off.set_segments(list(ends))
        for text, value in zip(self.texts, said, strict=True):
            text.set_text(_fixed(value, np.abs(self.truth).max()))

    def keys(self) -> Keys:
        true = marks.key("D", mfc="white", mec=TRUE, mew=2)
        return [true, marks.key("o", color=ANSWER)], ["truth", "network's answer"]


class NumberAnswers:
    """Many rows of numbers: answers against truths; right ones lie on the diagonal."""

    def __init__(self, axes: Axes, scene: Scene) -> None:
        self.scene = scene
        low, high = style.span(scene.train.y, 0.06)
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        axes.set(xlabel="truth", ylabel="network's answer")
        style.few_ticks(axes)
        axes.plot([low, high], [low, high], color=style.GREY, linewidth=1)
        size = marks.size_for(scene.train.y.size)
        self.marks = [
            axes.scatter([], [], s=size, marker=style.mark(k)[1], c=style.mark(k)[0], alpha=0.75,
                         linewidths=0)
            for k in range(scene.train.y.shape[1])
        ]  # fmt: skip
        self.artists: list[Artist] = [*self.marks]

    def show(self, network: Network) -> None:
        a = self.scene.outputs(network, self.scene.scaled)
        for k, each in enumerate(self.marks):
            each.set_offsets(np.column_stack([self.scene.train.y[:, k], a[:, k]]))

    def keys(self) -> Keys:
        names = self.scene.targets
        if len(names) == 1:
            return [], []
        looks = [style.mark(k) for k in range(len(names))]
        handles = [marks.key(marker, color=colour) for colour, marker in looks]
        return handles, [style.plain(name) for name in names]


class ClassAnswers:
    """Many rows of classes: how many rows of each class get which answer."""

    def __init__(self, axes: Axes, scene: Scene) -> None:
        self.scene, self.k = scene, len(scene.classes)
        self.image = axes.imshow(np.zeros((self.k, self.k)), cmap="Blues", vmin=0, vmax=2)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        shown = np.arange(self.k)[:: 1 + self.k // 13]
        names = [style.plain(scene.class_name(k), 12) for k in shown]
        turned = 45 if sum(map(len, names)) > 36 else 0
        axes.set_xticks(shown, names, rotation=turned, ha="right" if turned else "center")
        axes.set_yticks(shown, names)
        axes.set(xlabel="network's answer", ylabel="truth")
        pairs = list(np.ndindex(self.k, self.k)) if self.k <= 10 else []
        self.texts = {(i, k): axes.text(k, i, "", ha="center", va="center") for i, k in pairs}
        self.artists: list[Artist] = [self.image, *self.texts.values()]

    def show(self, network: Network) -> None:
        said, y = chosen_class(self.scene.outputs(network, self.scene.scaled)), self.scene.train.y
        table = np.zeros((self.k, self.k), dtype=int)
        np.add.at(table, (y[said >= 0], np.minimum(said[said >= 0], self.k - 1)), 1)
        self.image.set_data(table / np.maximum(table.sum(axis=1, keepdims=True), 1))
        for (i, k), text in self.texts.items():
            text.set_text(f"{table[i, k]}")

    def keys(self) -> Keys:
        return [], []


def truth_of(scene: Scene) -> Array:
    """What is shown of the truth (n, k): numbers, or 1 for the second or for the true class."""
    if not scene.classes:
        return scene.train.y
    y = scene.train.y[:, None].astype(float)
    return y if len(scene.classes) == 2 else np.ones_like(y)


def answers_of(scene: Scene, a: Array) -> Array:
    """The same of the answers: numbers, p(second class), or p(true class)."""
    if not scene.classes:
        return a
    if len(scene.classes) == 2:
        return shares(a)[:, 1:2]
    return np.take_along_axis(a, scene.train.y[:, None], axis=1)


def _fixed(value: float, scale: float) -> str:
    """With as many decimals as suit the scale, so that a changing number keeps its place."""
    if not np.isfinite(value) or not 1e-3 <= scale < 1e5 or abs(value) > 100 * scale:
        return style.number(value)
    return f"{value:.{max(0, 4 - int(np.ceil(np.log10(scale))))}f}".replace("-", "−")


def _what_is_answered(scene: Scene) -> str:
    if not scene.classes:
        return "output"
    two = len(scene.classes) == 2
    return f"output, {marks.share_name(scene)}" if two else "p(the true class)"


def _row_names(scene: Scene) -> list[str]:
    """The inputs of each row, and the answer's name where there are several."""
    rows = ["  ".join(style.number(v) for v in x[:6]) for x in scene.train.x]
    rows = [row + (" …" if scene.inputs > 6 else "") for row in rows]
    if scene.classes or len(scene.targets) == 1:
        return rows
    return [f"{row}  →  {style.plain(name, 12)}" for row in rows for name in scene.targets]
