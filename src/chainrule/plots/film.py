"""A run growing: answers and loss, step by step, from the states that the run file gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from PIL import Image

from chainrule.core.checks import whole
from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.network import Network
from chainrule.plots import curves, files, style, words
from chainrule.plots.decision_map import Panel, panel_for
from chainrule.plots.files import Picture
from chainrule.plots.scene import Scene, side_for
from chainrule.spec import Spec
from chainrule.training.evaluation import evaluate
from chainrule.training.history import History, Point
from chainrule.training.run_file import RunFile

EACH, FIRST, LAST = 80, 500, 2500  # milliseconds that frames are shown
PATIENT = 2.0  # seconds: the states of a longer run are not computed again, only looked up


def animation(
    run: RunFile, data: Data, path: str | Path, *, frames: int = 60, name: str = ""
) -> Picture:
    """Write the film of a run: WebP, or GIF where the path ends with .gif."""
    path, scene = Path(path), Scene.of(data)
    if path.suffix.lower() not in (".webp", ".gif"):
        raise UsageError(
            "animation", "a path ending with .webp or .gif", repr(path.name), "Take one of these."
        )
    whole("animation", "frames", frames, least=2)
    chosen = steps_of(run, frames)
    with style.context():
        drawn, points = _drawn(run, data, scene, chosen, name)
    milliseconds = [EACH] * len(drawn)
    milliseconds[0], milliseconds[-1] = FIRST, LAST
    alt = words.film_alt(scene, points[0], points[-1], len(drawn))
    return files.save_film(drawn, milliseconds, path, alt)


def steps_of(run: RunFile, frames: int) -> list[int]:
    """The steps to show, up to the state that is used.

    Points of the history where there are enough of them, for their loss is known; snapshots
    where computing states again would take long, or can't be done.
    """
    history, held = run.history(), run.steps()
    last = last_step(run)
    measured = [p.step for p in history if p.step <= last]
    slow = len(history) > 0 and history.points[-1].seconds > PATIENT
    if slow or not can_compute(run):
        possible = [step for step in held if step <= last]
    elif len(measured) > frames:
        possible = measured
    else:
        possible = list(range(last + 1))
    return where_it_moves(sorted({0, *possible, last}), history, frames)


def can_compute(run: RunFile) -> bool:
    """Whether states between two snapshots can be had: the run has its data."""
    try:
        run.data()
    except UsageError:
        return False
    return True


def last_step(run: RunFile) -> int:
    ended = run.ended
    return int(ended["step"]) if ended else run.state().step


def where_it_moves(steps: list[int], history: History, frames: int) -> list[int]:
    """So many of the steps, first and last among them, dense at the beginning and where the loss
    moves: equally far apart in √step / √last + the way of log loss / its whole way."""
    if len(steps) <= frames:
        return steps
    at = np.array(steps, dtype=np.float64)
    way = np.sqrt(at / at[-1])
    known, loss = history["step"], history["train"]
    good = np.isfinite(loss) & (loss > 0)
    if good.sum() > 1:
        log_loss = np.interp(at, known[good], np.log(loss[good]))
        moved = np.append(0.0, np.cumsum(np.abs(np.diff(log_loss))))
        way = way + moved / (moved[-1] or 1)
    wanted = np.searchsorted(way, np.linspace(0, way[-1], frames))
    wanted[-1] = len(steps) - 1
    for k in range(1, frames):  # no frame twice, and room for those that follow
        wanted[k] = min(max(wanted[k], wanted[k - 1] + 1), len(steps) - (frames - k))
    return [steps[place] for place in wanted.tolist()]


def _drawn(
    run: RunFile, data: Data, scene: Scene, chosen: list[int], name: str
) -> tuple[list[Image.Image], list[Point]]:
    """The frames, and the point of the history that each of them stands on."""
    spec, fitted, history = run.spec, data.fitted(run.spec), run.history()
    measured = {p.step: p for p in history}
    side = side_for(spec, len(chosen), most=110)
    film = _Film(scene, spec, _until(history, chosen[-1]), name, side)
    drawn, points = [], []
    for state in run.states(chosen):
        network = Network(spec, state.params)
        points.append(measured.get(state.step) or _measured(network, fitted, state.step))
        drawn.append(film.frame(network, points[-1]))
    return drawn, points


def _until(history: History, last: int) -> History:
    """What the axes have to hold: the history up to the last step that is shown."""
    points = [p for p in history if p.step <= last]
    if points and points[-1].step < last:
        points.append(points[-1]._replace(step=last))
    return History(points)


def _measured(network: Network, fitted: Data, step: int) -> Point:
    with np.errstate(all="ignore"):
        losses, metrics = evaluate(network.spec, network.params, fitted)
    return Point(
        step, 0, 0.0, None, losses["train"], losses.get("validation"), losses.get("test"),
        metrics, 0.0,
    )  # fmt: skip


class _Film:
    """One figure; frame after frame only what changes is drawn anew."""

    def __init__(self, scene: Scene, spec: Spec, history: History, name: str, side: int) -> None:
        self.history = history
        title = words.joined(style.plain(name, 40), str(spec))
        self.figure = style.figure(8, 4.5, title, "", dpi=100)
        left, right = self.figure.subplots(1, 2)
        self.panel: Panel = panel_for(left, scene, side, shrink=0.6)
        self._legend()
        self.lines = {part: self._line(right, part) for part in curves.shown(history)}
        (self.dot,) = right.plot([], [], "o", color=style.COLOURS[0], markersize=8, clip_on=False)
        self.text = self.figure.text(0.2 / 8, 1 - 0.47 / 4.5, "", va="top", color=style.GREY)
        self.changing = [*self.panel.artists, *self.lines.values(), self.dot, self.text]
        self._background(right)

    def _line(self, axes: Axes, part: str) -> Line2D:
        colour, dashes = curves.LOOK[part]
        (line,) = axes.plot([], [], color=colour, linestyle=dashes)
        return line

    def _legend(self) -> None:
        first, second = self.panel.keys(), curves.keys(self.history)
        if len(first[0]) > 4:  # of many entries only the first ones are shown
            first, second = second, first
        if first[0] or second[0]:
            style.legend(self.figure, first[0] + second[0], first[1] + second[1])

    def _background(self, axes: Axes) -> None:
        """Draw once all that stays: frames, ticks, labels."""
        curves.steps(axes, self.history)
        curves.fitting_scale(axes, self.history)
        axes.set_ylabel("loss")
        for artist in self.changing:
            artist.set_animated(True)
            artist.set_in_layout(False)
        self.canvas = cast(Any, self.figure.canvas)  # Agg, which has no types
        self.canvas.draw()
        self.figure.set_layout_engine("none")
        self.clean = self.canvas.copy_from_bbox(self.figure.bbox)

    def frame(self, network: Network, point: Point) -> Image.Image:
        """The picture of one state."""
        self.panel.show(network)
        past = [p for p in self.history if p.step < point.step]
        so_far = History([*past, point])
        for part, line in self.lines.items():
            line.set_data(so_far["step"], curves.finite(so_far[part]))
        self.dot.set_data([point.step], curves.finite(so_far["train"])[-1:])
        self.text.set_text(_caption(point))
        self.canvas.restore_region(self.clean)
        for artist in self.changing:
            self.figure.draw_artist(artist)
        return Image.fromarray(np.asarray(self.canvas.buffer_rgba())[:, :, :3].copy())


def _caption(point: Point) -> str:
    parts = [f"step {point.step:,}", f"loss {style.number(point.train)}"]
    on = {"test": "test", "train": "training"}.get(str(point.metrics.get("on")), "")
    if "accuracy" in point.metrics:
        parts.append(f"{style.percent(float(point.metrics['accuracy']))} of the {on} rows right")
    elif "rmse" in point.metrics:
        parts.append(f"{on} rows off by {style.number(float(point.metrics['rmse']))}")
    return words.joined(*parts)
