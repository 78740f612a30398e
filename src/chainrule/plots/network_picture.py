"""A network's weights, as chainrule.draw lays them out: by matplotlib, or as an SVG file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from chainrule.draw.diagram import FAINTEST, RADIUS, Diagram, Edge, Unit, diagram
from chainrule.draw.weights import NEGATIVE, POSITIVE, describe, gaps, opacity, short, weights_svg
from chainrule.model import write_safely
from chainrule.network import Network
from chainrule.plots import style, words
from chainrule.plots.files import Picture

PIXELS = 96.0  # of the diagram, in an inch
COLOURS = {"positive": POSITIVE, "negative": NEGATIVE, "zero": style.PALE}
DASHES: dict[str, Any] = {"positive": "solid", "negative": (0, (3, 1.2)), "zero": (0, (1, 4))}


def network_figure(
    network: Network, *, inputs: Sequence[str] = (), outputs: Sequence[str] = (), name: str = "",
    step: int | None = None,
) -> Figure:  # fmt: skip
    """The network with its weights as width, colour (sign) and dashes; rims are biases.

    inputs, outputs: names of the first and the last units.
    """
    made = diagram(network.params, inputs, outputs)
    with style.context():
        wide, high = max(made.width / PIXELS, 6.4), (made.floor + 40) / PIXELS
        subtitle = words.joined(name, words.after(step), "width: weight", "rim: bias")
        figure = style.figure(wide, high + 1.0, network_title(network), subtitle)
        _diagram(figure.add_subplot(), made)
        signs = ("positive", "negative")
        lines = [Line2D([], [], color=COLOURS[sign], linestyle=DASHES[sign]) for sign in signs]
        style.legend(figure, lines, [f"{sign} weight" for sign in signs])
    return figure


def _diagram(axes: Axes, made: Diagram) -> None:
    axes.set_axis_off()
    axes.set(xlim=(0, made.width), ylim=(made.floor + 40, 20), aspect="equal")
    for edge in sorted(made.edges, key=lambda e: e.width):  # wide lines lie above
        axes.add_collection(_line(edge), autolim=False)
    for column in made.columns:
        for unit in column:
            _unit(axes, unit)
        _around(axes, column, made)
    for layer, largest in made.largest.items():
        x = (made.x_of(layer) + made.x_of(layer + 1)) / 2
        _say(axes, x, made.floor + 30, f"widest {short(largest)}")
    for x in gaps(made):
        _say(axes, x, (made.top + made.floor) / 2, f"… {made.skipped} layers …", turned=90)


def network_title(network: Network) -> str:
    return f"{network.spec}: {words.plural(network.spec.parameters, 'parameter')}"


def network_alt(network: Network, step: int | None) -> str:
    after = f" {words.after(step)}".rstrip()
    return (
        f"Diagram of the network {network.spec}{after}: units as circles in columns, weights as "
        f"lines, wide where they are large, orange where positive, blue and dashed where negative. "
        f"{describe(network.params)}"
    )


def save_svg(
    network: Network, path: Path, *, inputs: Sequence[str] = (), outputs: Sequence[str] = (),
    name: str = "", step: int | None = None,
) -> Picture:  # fmt: skip
    """The diagram as SVG; the text alternative is its description."""
    alt = network_alt(network, step)
    text = weights_svg(
        network.params, inputs=inputs, outputs=outputs, description=alt,
        title=words.joined(name, str(network.spec), words.after(step)),
    )  # fmt: skip
    return Picture(path.name, write_safely(path, text.encode()), alt)


def _line(edge: Edge) -> LineCollection:
    ends = [(edge.start.x, edge.start.y), (edge.end.x, edge.end.y)]
    width = 0.6 if edge.sign == "zero" else max(edge.width, FAINTEST)
    colour = to_rgba(COLOURS[edge.sign], opacity(edge))
    return LineCollection(
        [ends], colors=[colour], linewidths=0.75 * width, linestyles=[DASHES[edge.sign]]
    )


def _unit(axes: Axes, unit: Unit) -> None:
    bias = unit.bias or 0.0
    rim = COLOURS["positive" if bias > 0 else "negative"] if bias else style.GREY
    axes.add_patch(Circle(
        (unit.x, unit.y), RADIUS, facecolor="#eef1f4", edgecolor=rim, zorder=3,
        linewidth=0.75 * max(unit.rim, 1), linestyle="solid" if bias >= 0 else (0, (3, 1.2)),
    ))  # fmt: skip
    if unit.name:
        left = unit.layer == 0
        x = unit.x - RADIUS - 6 if left else unit.x + RADIUS + 6
        _say(axes, x, unit.y, style.plain(unit.name), "right" if left else "left", style.INK)
    else:
        _say(axes, unit.x, unit.y, str(unit.number), colour=style.INK, size=7.5)


def _around(axes: Axes, column: Sequence[Unit], made: Diagram) -> None:
    """What a column is, how many units it has, and how many of them are not drawn."""
    layer, x = column[0].layer, column[0].x
    last = layer == len(made.sizes) - 1
    title = "inputs" if layer == 0 else "outputs" if last else f"layer {layer}"
    _say(axes, x, made.top - 36, title, colour=style.INK)
    _say(axes, x, made.top - 16, f"{made.sizes[layer]:,}")
    if made.sizes[layer] > len(column):
        missing = made.sizes[layer] - len(column)
        _say(axes, x, column[-1].y + RADIUS + 14, f"… {missing:,} more")


def _say(
    axes: Axes, x: float, y: float, text: str, side: str = "center", colour: str = style.GREY,
    size: float = 9.0, turned: float = 0,
) -> None:  # fmt: skip
    look: Any = {"ha": side, "va": "center", "color": colour, "fontsize": size}
    axes.text(x, y, text, rotation=turned, zorder=4, **look)
