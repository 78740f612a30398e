"""A network's weights as an SVG: width is size, colour and dashes are sign, rims are biases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from chainrule.core.dense import Array
from chainrule.draw.diagram import FAINTEST, RADIUS, Diagram, Edge, Params, Unit, diagram
from chainrule.draw.svg import document, text

POSITIVE, NEGATIVE = "#c47700", "#0072b2"  # on white
STYLE = f"""
.chainrule {{ font: 13px system-ui, sans-serif; --back: #ffffff; --ink: #1f2328; --dim: #59636e;
  --unit: #eef1f4; --positive: {POSITIVE}; --negative: {NEGATIVE}; --zero: #9aa2ad; }}
@media (prefers-color-scheme: dark) {{ .chainrule {{ --back: #14171c; --ink: #e6e8eb;
  --dim: #b1bac4; --unit: #262b33; --positive: #f0a030; --negative: #56b4e9; --zero: #6b7280; }} }}
.chainrule text {{ fill: var(--ink); }}
.chainrule .dim {{ fill: var(--dim); font-size: 12px; }}
.chainrule .number {{ font-size: 10px; }}
.chainrule .heading {{ font-weight: 600; font-size: 15px; }}
.chainrule line.positive, .chainrule circle.positive {{ stroke: var(--positive); }}
.chainrule line.negative {{ stroke: var(--negative); stroke-dasharray: 7 3; }}
.chainrule circle.negative {{ stroke: var(--negative); stroke-dasharray: 5 2; }}
.chainrule line.zero {{ stroke: var(--zero); stroke-dasharray: 1 5; stroke-width: 1; }}
.chainrule circle {{ fill: var(--unit); stroke: var(--dim); }}
.chainrule .back {{ fill: var(--back); }}
"""
LETTER_OF_HEADING = 8.2  # pixels, about
UNDER = 92  # pixels below the units: what the lines are, and the legend


def weights_svg(
    params: Params,
    *,
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    title: str = "The weights of a network",
    description: str = "",
) -> str:
    """The network as the text of an SVG file; `network.params` are its parameters.

    A line is a weight: its width is the weight's size beside the largest of its layer, its colour
    (and dashes) the sign. A unit's rim is its bias. Of more than 12 units the 11 with the largest
    weights are drawn, of more than 12 layers the first and the last six; pointing at a line or a
    unit shows its number. inputs, outputs: names of the first and the last units.
    title, description: for those who do not see it; by default the weights in words.
    """
    made = diagram(params, inputs, outputs)
    width = max(made.width, 430.0)
    body = [
        text(20, 26, _within(title, int((width - 40) / LETTER_OF_HEADING)), "heading"),
        *(_line(edge) for edge in sorted(made.edges, key=lambda e: e.width)),
        *(_circle(unit) for column in made.columns for unit in column),
        *(part for column in made.columns for part in _column(column, made)),
        *(_scale(layer, largest, made) for layer, largest in made.largest.items()),
        *(part for x in gaps(made) for part in _gap(x, made)),
        *_legend(made),
    ]
    return document(width, made.floor + UNDER, body, STYLE, title, description or describe(params))


def _within(title: str, letters: int) -> str:
    return title if len(title) <= letters else title[: letters - 1].rstrip() + "…"


def describe(params: Params) -> str:
    """The weights in words: for each layer its size, its range, and its largest weight."""
    said, layer = [], 0
    while (W := params.get(f"{layer}.W")) is not None:
        said.append(_describe(layer, np.asarray(W), params.get(f"{layer}.b")))
        layer += 1
    return " ".join(said)


def _describe(layer: int, W: Array, b: Array | None) -> str:
    at = tuple(int(n) for n in np.unravel_index(np.abs(W).argmax(), W.shape))
    signs = f"{int((W > 0).sum()):,} positive, {int((W < 0).sum()):,} negative"
    zeros = int((W == 0).sum())
    biases = "no bias" if b is None else f"biases from {short(b.min())} to {short(b.max())}"
    return (
        f"Layer {layer + 1}: {W.shape[0]:,} to {W.shape[1]:,} units, weights from {short(W.min())} "
        f"to {short(W.max())} ({signs}{f', {zeros:,} exactly 0' if zeros else ''}), the largest "
        f"{layer}.W[{at[0]},{at[1]}] = {short(W[at])}; {biases}."
    )


def short(value: float) -> str:
    """Three digits, with a true minus sign."""
    return f"{value:.3g}".replace("e-", "e\0").replace("-", "−").replace("\0", "-")


def _line(edge: Edge) -> str:
    (x1, y1), (x2, y2) = (edge.start.x, edge.start.y), (edge.end.x, edge.end.y)
    width = (
        ""
        if edge.sign == "zero"
        else (
            f' stroke-width="{max(edge.width, FAINTEST):.3g}" stroke-opacity="{opacity(edge):.2g}"'
        )
    )
    return (
        f'<line class="{edge.sign}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"{width}>'
        f"<title>{edge.address} = {short(edge.weight)}</title></line>"
    )


def opacity(edge: Edge) -> float:
    """Small weights stand back."""
    return 0.35 + 0.55 * edge.size


def _circle(unit: Unit) -> str:
    bias = unit.bias or 0.0
    sign = "positive" if bias > 0 else "negative" if bias < 0 else ""
    said = f"input {unit.number}" if unit.layer == 0 else f"layer {unit.layer}, unit {unit.number}"
    if unit.bias is not None:
        said += f", bias {short(unit.bias)}"
    circle = (
        f'<circle class="{sign}" cx="{unit.x:g}" cy="{unit.y:g}" r="{RADIUS}" '
        f'stroke-width="{max(unit.rim, 1):.3g}"><title>{said}</title></circle>'
    )
    if unit.name:
        left = unit.layer == 0
        x = unit.x - RADIUS - 6 if left else unit.x + RADIUS + 6
        return circle + text(x, unit.y + 4, unit.name, "", "end" if left else "start")
    return circle + text(unit.x, unit.y + 3.5, str(unit.number), "number", "middle")


def _column(column: Sequence[Unit], made: Diagram) -> list[str]:
    """Name and size above the units, and below them how many are not drawn."""
    x, layer = column[0].x, column[0].layer
    last = len(made.sizes) - 1
    name = "inputs" if layer == 0 else "outputs" if layer == last else f"layer {layer}"
    parts = [
        text(x, made.top - 24, name, "", "middle"),
        text(x, made.top - 8, f"{made.sizes[layer]:,}", "dim", "middle"),
    ]
    missing = made.sizes[layer] - len(column)
    if missing:
        parts.append(text(x, column[-1].y + RADIUS + 19, f"… {missing:,} more", "dim", "middle"))
    return parts


def _scale(layer: int, largest: float, made: Diagram) -> str:
    """Between two columns, below: how large the widest line is."""
    x = (made.x_of(layer) + made.x_of(layer + 1)) / 2
    return text(x, scale_line(made), f"widest {short(largest)}", "dim", "middle")


def scale_line(made: Diagram) -> float:
    return made.floor + 32


def gaps(made: Diagram) -> list[float]:
    """Where columns are left out: the place between the two beside it."""
    pairs = pairwise(made.columns)
    return [(a[0].x + b[0].x) / 2 for a, b in pairs if b[0].layer != a[0].layer + 1]


def _gap(x: float, made: Diagram) -> list[str]:
    middle = (made.top + made.floor) / 2
    return [
        text(x, middle, "…", "heading", "middle"),
        text(x, middle + 18, f"{made.skipped} layers", "dim", "middle"),
    ]


def _legend(made: Diagram) -> list[str]:
    parts, x, y = [], 20.0, made.floor + UNDER - 26
    for kind, words in (("positive", "positive weight"), ("negative", "negative weight")):
        parts.append(
            f'<line class="{kind}" x1="{x:g}" y1="{y:g}" x2="{x + 34:g}" y2="{y:g}" '
            'stroke-width="4"/>'
        )
        parts.append(text(x + 40, y + 4, words, "dim"))
        x += 160
    parts.append(text(x, y + 4, "rim: bias", "dim"))
    return parts
