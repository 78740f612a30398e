"""How the lessons draw. A lesson says what is in a picture; this file says how it looks.

    python lessons/04_cost_and_slope.py             no picture is written
    python lessons/04_cost_and_slope.py my_folder   the pictures go to my_folder

NumPy and matplotlib only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

INK, GREY, PALE = "#1f2328", "#59636e", "#e3e7eb"
# Okabe and Ito's colours: colour-blind people can tell them apart.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D98C00", "#009E73", "#CC79A7"
LIGHT_BLUE, LIGHT_ORANGE, LIGHT_GREEN = "#cfe6f5", "#fbe3b8", "#c9ecdf"
TWO_SIDES = LinearSegmentedColormap.from_list(
    "two sides", ["#549fd2", "#aed3ec", "#ffffff", "#fbd391", "#eea530"]
)

matplotlib.style.use(
    [
        "default",
        {
            "font.family": "DejaVu Sans",  # comes with matplotlib: the same letters everywhere
            "font.size": 11,
            "axes.titlesize": 11,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": GREY,
            "xtick.color": GREY,
            "ytick.color": GREY,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.frameon": False,
            "lines.linewidth": 2,
        },
    ]
)


def figure(width: float, height: float, columns: int = 1, rows: int = 1) -> tuple[Figure, Any]:
    """A blank picture, in inches, and its axes: one, or an array of them."""
    made = Figure((width, height), dpi=120, layout="constrained")
    FigureCanvasAgg(made)
    return made, made.subplots(rows, columns)


def save(made: Figure, name: str) -> None:
    """Write FOLDER/name.png, if the lesson was called with a folder."""
    if len(sys.argv) < 2:
        return
    if len(sys.argv) > 2 or sys.argv[1].startswith("-"):
        sys.exit(f"{sys.argv[0]} takes one folder for its pictures, or nothing: got {sys.argv[1:]}")
    folder = Path(sys.argv[1])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made.savefig(folder / f"{name}.png", metadata={"Software": None})
    except OSError as problem:
        sys.exit(f"{name}.png can't be written: {problem}. Name a folder that you may write to.")


# -------------------------------------------------------------------- arrays, drawn cell by cell


def canvas(axes: Axes, width: float, height: float) -> None:
    """Axes to draw on as on squared paper: x to the right, y downwards, no frame."""
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.axis("off")


def grid(
    axes: Axes,
    values: Any,
    left: float,
    top: float,
    title: str = "",
    colours: Callable[[int, int], str] | None = None,
    digits: int = 2,
) -> None:
    """An array as a grid, a cell 1 wide; `colours(i, j)` fills one. digits=-1: no numbers."""
    values = np.atleast_2d(np.asarray(values))
    for (i, j), value in np.ndenumerate(values):
        fill = colours(i, j) if colours else "white"
        at = (left + j, top + i)
        axes.add_patch(Rectangle(at, 1, 1, facecolor=fill, edgecolor=GREY, linewidth=0.8))
        if digits >= 0:
            text = f"{value:.{digits}f}" if isinstance(value, float) else str(value)
            write(axes, at[0] + 0.5, at[1] + 0.5, text.replace("-", "−"), size=9.5)
    write(axes, left + values.shape[1] / 2, top - 0.35, title, weight="bold")


def marks(
    row: int | None = None, column: int | None = None, colour: str = LIGHT_ORANGE
) -> Callable[[int, int], str]:
    """Colours for `grid`: a row, a column, or the one cell that lies in both."""

    def colours(i: int, j: int) -> str:
        return colour if (row is None or i == row) and (column is None or j == column) else "white"

    return colours


def write(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    axes.text(x, y, text, **{"ha": "center", "va": "center", **style})


def unit(
    axes: Axes, x: float, y: float, text: str, fill: str = "white", radius: float = 0.42
) -> None:
    """A neuron, or an input: a circle with a text in it."""
    axes.add_patch(Circle((x, y), radius, facecolor=fill, edgecolor=GREY, zorder=3))
    write(axes, x, y, text, zorder=4, size=10)


def wire(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str = GREY,
    width: float = 1.2,
    gap: float = 0.55,
) -> None:
    """An arrow that leaves `gap` free at both ends, for the circles that it joins."""
    way = np.subtract(end, start)
    free = gap * way / np.hypot(*way)
    ends = np.add(start, free), np.subtract(end, free)
    arrow = {"arrowstyle": "-|>", "mutation_scale": 11, "shrinkA": 0, "shrinkB": 0, "zorder": 2}
    axes.add_patch(FancyArrowPatch(*ends, color=colour, linewidth=width, **arrow))


# ------------------------------------------------------------------------------ curves and planes


def cross(axes: Axes) -> None:
    """Thin lines through 0."""
    axes.axhline(0, color=PALE, linewidth=1, zorder=0)
    axes.axvline(0, color=PALE, linewidth=1, zorder=0)


def curves(axes: Axes, lines: Iterable[tuple[Any, Any, str, str]], **settings: Any) -> None:
    """Each line is (x, y, name, colour); the names go into a legend, if there are any."""
    named = False
    for x, y, name, colour in lines:
        axes.plot(x, y, color=colour, label=name)
        named = named or bool(name)
    axes.set(**settings)
    if named:
        axes.legend()


def plane(axes: Axes, answer: Callable[[Any], Any], low: float, high: float, n: int = 120) -> Any:
    """What a network answers at each place of the plane, 0 blue to 1 orange; black where 0.5."""
    line = np.linspace(low, high, n)
    points = np.array([[x, y] for y in line for x in line])
    values = answer(points).reshape(n, n)
    shown = axes.pcolormesh(
        line, line, values, cmap=TWO_SIDES, vmin=0, vmax=1, shading="nearest", rasterized=True
    )
    if values.min() < 0.5 < values.max():
        axes.contour(line, line, values, [0.5], colors=[INK], linewidths=1.5)
    axes.set(aspect="equal", xlim=(low, high), ylim=(low, high))
    return shown


def points(axes: Axes, x: Any, y: Any, size: float = 12) -> None:
    """Samples: blue circles for class 0, orange squares for class 1."""
    for k, (colour, marker) in enumerate([(BLUE, "o"), (ORANGE, "s")]):
        chosen = x[np.ravel(y) == k]
        axes.scatter(
            *chosen.T, s=size, c=colour, marker=marker, edgecolors="white", linewidths=0.4, zorder=3
        )
