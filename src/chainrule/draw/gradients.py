"""A network whose gradients are marked: columns of units, and between them weights and biases.

Every mark is a colour, a kind of line and a sign, so that none of them is needed to tell it from
the others; the colours are of the palette of Okabe and Ito. The picture holds its own background,
for light and for dark screens.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chainrule.draw.svg import document, text

MOST = 8  # units of a layer that are drawn; of more, the first and the last
GAP, STEP, RADIUS = 200, 40, 11  # between columns, between units, of a unit
TOP, SIDE, LINE = 64, 70, 20
LETTER = 7.4  # width of a letter of the caption, about
SIGNS = {"right": "✓", "wrong": "✗", "zero": "○", "unseen": "?", "plain": ""}
WORDS = {"right": "right", "wrong": "wrong", "zero": "all 0", "unseen": "not seen"}
STYLE = """
.chainrule { font: 14px system-ui, sans-serif; --back: #ffffff; --ink: #1f2328; --dim: #6b7280;
  --unit: #eef1f4; --right: #0072b2; --wrong: #c44e00; --zero: #a3467d; --plain: #9aa2ad; }
@media (prefers-color-scheme: dark) { .chainrule { --back: #14171c; --ink: #e6e8eb; --dim: #9aa2ad;
  --unit: #262b33; --right: #56b4e9; --wrong: #ff8a3d; --zero: #e59ac6; --plain: #6b7280; } }
.chainrule text { fill: var(--ink); }
.chainrule .heading { font-weight: 600; font-size: 15px; }
.chainrule .dim { fill: var(--dim); }
.chainrule .unit { fill: var(--unit); stroke: var(--dim); }
.chainrule .line { fill: none; stroke-opacity: 0.55; }
.chainrule .right { stroke: var(--right); } .chainrule .wrong { stroke: var(--wrong); }
.chainrule .zero { stroke: var(--zero); stroke-dasharray: 2 4; }
.chainrule .zero.line { stroke-width: 1.8; stroke-opacity: 0.9; }
.chainrule .unseen { stroke: var(--plain); stroke-dasharray: 4 5; }
.chainrule .plain { stroke: var(--plain); }
.chainrule .wrong.line { stroke-width: 2.2; stroke-opacity: 0.8; }
.chainrule text.right { fill: var(--right); stroke: none; }
.chainrule text.wrong { fill: var(--wrong); stroke: none; font-weight: 600; }
.chainrule text.zero { fill: var(--zero); stroke: none; font-weight: 600; }
.chainrule text.unseen { fill: var(--dim); stroke: none; }
.chainrule .spot { fill: none; stroke: var(--wrong); stroke-width: 2; }
.chainrule .back { fill: var(--back); }
"""


class Mark(NamedTuple):
    """What is to be seen of a layer's weights or biases."""

    kind: str  # a key of SIGNS
    label: str = ""  # beside the name: "0.4"
    name: str = ""  # "dW1"


PLAIN = Mark("plain")
Point = tuple[float, float]


class Place(NamedTuple):
    """Where everything goes."""

    columns: list[list[Point]]  # of the units that are drawn, a list for each layer
    hidden: list[int]  # units of each layer that are not
    width: float
    floor: float  # below the units: names and marks
    height: float


def network_svg(
    sizes: Sequence[int],
    marks: Mapping[str, Mark],
    *,
    title: str = "A network",
    description: str = "",
    heading: str = "",
    caption: str = "",
    spot: int | None = None,
) -> str:
    """The network as the text of an SVG file.

    sizes: units of each layer, the inputs first. marks: {"0.W": Mark(...), "0.b": ...}; a layer
    without an entry for its bias has none. spot: the layer (from 0) to put a frame around.
    heading: above. caption: sentences below. title, description: for those who do not see it.
    """
    if len(sizes) < 2:
        raise ValueError(f"a network has inputs and a layer at least, got sizes {list(sizes)}")
    width = 2 * SIDE + GAP * (len(sizes) - 1)
    letters = max(30, int((width - 40) / LETTER))
    lines, above = textwrap.wrap(caption, letters), textwrap.wrap(heading, letters)
    place = _place(sizes, len(lines))
    body = [
        *(part for l in range(len(sizes) - 1) for part in _layer(place, l, marks)),
        *(part for l in range(len(sizes)) for part in _column(place, l, sizes)),
        *_spot(place, spot),
        *(text(20, place.floor + 66 + LINE * n, line, "") for n, line in enumerate(lines)),
    ]
    place, body = _under(place, above, body)
    return document(place.width, place.height, body, STYLE, title, description)


def _under(place: Place, heading: list[str], body: list[str]) -> tuple[Place, list[str]]:
    """The same further down, with the heading above it."""
    if not heading:
        return place, body
    down = LINE * len(heading) + 8
    words = [text(20, LINE * (n + 1) + 4, line, "heading") for n, line in enumerate(heading)]
    inner = [f'<g transform="translate(0 {down})">', *body, "</g>"]
    return place._replace(height=place.height + down), [*words, *inner]


def _place(sizes: Sequence[int], lines: int) -> Place:
    shown = [min(size, MOST) for size in sizes]
    tall = max(max(shown), 2) * STEP
    columns = [
        [
            (float(SIDE + GAP * l), TOP + tall / 2 + STEP * (n - (count - 1) / 2))
            for n in range(count)
        ]
        for l, count in enumerate(shown)
    ]
    floor = TOP + tall + STEP
    height = floor + 56 + (LINE * lines + 10 if lines else 0)
    hidden = [size - count for size, count in zip(sizes, shown, strict=True)]
    return Place(columns, hidden, 2 * SIDE + GAP * (len(sizes) - 1), floor, height)


def _layer(place: Place, l: int, marks: Mapping[str, Mark]) -> list[str]:
    """Lines into layer l, and below them what they are called and how they are marked."""
    weights, bias = marks.get(f"{l}.W", PLAIN), marks.get(f"{l}.b")
    below, above = place.columns[l], place.columns[l + 1]
    parts = [_lines(((a, b) for a in below for b in above), weights.kind)]
    middle = (below[0][0] + above[0][0]) / 2
    if bias is not None:
        source = (below[0][0] + 38, place.floor - 22)
        parts.append(_lines(((source, b) for b in above), bias.kind))
        x, y = source
        parts.append(f'<rect class="unit" x="{x - 8}" y="{y - 8}" width="16" height="16" rx="3"/>')
        parts.append(text(x, y + 4, "1", "dim", "middle", 11))
        parts.append(_mark(middle, place.floor + 34, bias, f"b{l + 1}"))
    parts.append(_mark(middle, place.floor + 14, weights, f"W{l + 1}"))
    return parts


def _lines(ends: object, kind: str) -> str:
    path = " ".join(
        f"M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}"
        for a, b in ends  # type: ignore[attr-defined]
    )
    return f'<path class="line {kind}" d="{path}"/>'


def _mark(x: float, y: float, mark: Mark, name: str) -> str:
    words = [mark.name or name, SIGNS[mark.kind], WORDS.get(mark.kind, ""), mark.label]
    return text(x, y, " ".join(word for word in words if word), mark.kind, "middle")


def _column(place: Place, l: int, sizes: Sequence[int]) -> list[str]:
    x = place.columns[l][0][0]
    units = [
        f'<circle class="unit" cx="{x:g}" cy="{y:g}" r="{RADIUS}"/>' for x, y in place.columns[l]
    ]
    name = "inputs" if l == 0 else f"layer {l}"
    units.append(text(x, TOP - 40, name, "", "middle"))
    units.append(text(x, TOP - 22, str(sizes[l]), "dim", "middle", 12))
    if place.hidden[l]:
        last, before = place.columns[l][-1], place.columns[l][-2]
        units.append(text(x, (last[1] + before[1]) / 2 + 4, "⋮", "dim", "middle"))
    return units


def _spot(place: Place, spot: int | None) -> list[str]:
    if spot is None or not 0 <= spot < len(place.columns) - 1:
        return []
    column = place.columns[spot + 1]
    x, top, bottom = column[0][0], column[0][1], column[-1][1]
    pad = RADIUS + 9
    return [
        f'<rect class="spot" x="{x - pad:g}" y="{top - pad:g}" width="{2 * pad}" '
        f'height="{bottom - top + 2 * pad:g}" rx="{pad}"/>'
    ]
