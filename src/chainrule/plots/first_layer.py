"""The weights of the first layer as images, where the inputs are the pixels of one."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.network import Network
from chainrule.plots import style, words

UNITS = 64  # of more, those with the largest weights
PERCENTILE = 99.5  # of |w| that has the full colour: one large weight must not pale all others


def strongest(W: Array) -> list[int]:
    """The units to draw: all, or those with the largest weights, in order."""
    order = np.argsort(-np.linalg.norm(W, axis=0), kind="stable")[:UNITS]
    return np.sort(order).tolist()  # type: ignore[no-any-return]


def weights_figure(
    network: Network, *, shape: tuple[int, int] | None = None, names: tuple[str, ...] = (),
    name: str = "", step: int | None = None,
) -> Figure:  # fmt: skip
    """Each unit of the first layer as the image that it answers strongest.

    shape: (rows, columns) of an image, a square by default. names: of the units.
    """
    W = np.asarray(network.params["0.W"], dtype=np.float64)
    shape = checked_shape(shape, len(W))
    shown = strongest(W)
    across = min(len(shown), 16 if len(shown) > 40 else 8 if len(shown) > 10 else 5)
    down = -(-len(shown) // across)
    cell = 0.62 if across > 8 else 1.0 if across > 5 else 1.35
    few = f"{len(shown)} of {W.shape[1]:,} units" if len(shown) < W.shape[1] else ""
    subtitle = words.joined(
        style.shorten(name, 30), style.shorten(str(network.spec), 40), words.after(step), few
    )
    with style.context():
        tall = (cell - 0.16) * max(0.5, min(2, shape[0] / shape[1])) + 0.34
        figure = style.figure(
            max(6.4, across * cell + 1.5), max(2.6, down * tall + 1.0), title_of(W, shape), subtitle
        )
        _images(figure, W, shape, shown, (down, across), names)
    return figure


def _images(
    figure: Figure, W: Array, shape: tuple[int, int], shown: list[int], grid: tuple[int, int],
    names: tuple[str, ...],
) -> None:  # fmt: skip
    """The units on one scale: 0 is white, blue answers against the pixel, orange with it."""
    largest = scale_of(W[:, shown])
    panels = figure.subplots(*grid, squeeze=False).reshape(-1)
    for axes, unit in zip(panels, shown, strict=False):
        drawn = axes.imshow(
            W[:, unit].reshape(shape), cmap=style.SIGNED, vmin=-largest, vmax=largest,
            interpolation="nearest",
        )  # fmt: skip
        label = style.plain(style.shorten(names[unit], 12), 12) if names else f"{unit}"
        axes.set_title(label, fontsize=9 if grid[1] > 5 else 11, pad=2)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(True)  # a unit of zeros is an image, too
        axes.spines[:].set_color(style.PALE)
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    bar = figure.colorbar(drawn, ax=panels.tolist(), shrink=0.8, aspect=30, extend="both",
                          ticks=style.round_ticks(4))  # fmt: skip
    bar.outline.set_visible(False)
    bar.set_label("weight")


def scale_of(W: Array) -> float:
    """The weight at the ends of the colours."""
    large = float(np.percentile(np.abs(W), PERCENTILE))
    return large or float(np.abs(W).max()) or 1.0


def checked_shape(shape: tuple[int, int] | None, inputs: int) -> tuple[int, int]:
    side = math.isqrt(inputs)
    found = (side, side) if shape is None else shape
    if found[0] * found[1] != inputs:
        raise UsageError(
            "weights_figure", f"shape=(rows, columns) of {inputs} pixels", f"{found}",
            "Their product is the number of inputs.",
        )  # fmt: skip
    return found


def title_of(W: Array, shape: tuple[int, int]) -> str:
    what = "unit of layer 1 looks" if W.shape[1] == 1 else f"{W.shape[1]:,} units of layer 1 look"
    return f"What the {what} for in {shape[0]} × {shape[1]} pixels"


def weights_alt(network: Network, shape: tuple[int, int], names: tuple[str, ...] = ()) -> str:
    """The text alternative: the range, and for each unit where its largest weight is."""
    W = network.params["0.W"]
    shown = strongest(W)
    units = [_unit(W[:, unit], shape, names[unit] if names else f"unit {unit}") for unit in shown]
    few = f", the {len(shown)} with the largest weights" if len(shown) < W.shape[1] else ""
    return (
        f"The weights of the first layer's {words.plural(W.shape[1], 'unit')}{few}, each as an "
        f"image of {shape[0]} by {shape[1]} pixels, from {style.number(W.min())} to "
        f"{style.number(W.max())}: orange where a bright pixel raises the unit's z, blue where it "
        f"lowers it. Largest weight (row, column): {words.some(units, 12)}."
    )


def _unit(w: Array, shape: tuple[int, int], name: str) -> str:
    row, column = (int(n) for n in np.unravel_index(np.abs(w).argmax(), shape))
    return f"{name} {style.number(w[row * shape[1] + column])} at ({row}, {column})"
