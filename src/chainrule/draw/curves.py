"""Error curves as an SVG: steps to the right, errors upwards on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chainrule.draw.svg import document, text

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 48, 76  # pixels around the curves
DECADES = 12  # that are drawn at most: what is smaller still lies on the lower edge
HUES = ("#00756b", "#c47700", "#656dd4", "#a8324a")  # of branches; each part has its own stroke
STROKES = {"train": "1.4", "validation": "1.4", "test": "2.8"}
STYLE = """
.chainrule { font: 13px system-ui, sans-serif; --back: #ffffff; --ink: #1f2328; --rule: #dfe3e8; }
@media (prefers-color-scheme: dark) { .chainrule { --back: #14171c; --ink: #e6e8eb;
  --rule: #343a45; } }
.chainrule text { fill: var(--ink); }
.chainrule .heading { font-weight: 600; font-size: 15px; }
.chainrule .back { fill: var(--back); }
.chainrule .rule { stroke: var(--rule); }
.chainrule polyline { fill: none; stroke-linejoin: round; }
"""


class Curve(NamedTuple):
    """One line of the picture. What is not a positive number has no place and leaves a gap."""

    name: str
    part: str  # "train", "validation", "test"
    hue: int  # the same for all parts of a run
    steps: Sequence[int]
    values: Sequence[float | None]


def curves_svg(curves: Sequence[Curve], title: str, loss: str) -> str:
    """The text of an SVG file; `loss` is the name of what is drawn."""
    shown = [v for each in curves for v in each.values if _has_place(v)]
    low, high = _decades(shown)
    last = max((step for each in curves for step in each.steps), default=1) or 1
    frame = _Frame(last, low, high)
    body = [
        text(20, 26, title, "heading"), *_grid(frame),
        *(line for each in curves for line in _line(each, frame)),
        text(WIDTH - RIGHT, HEIGHT - BOTTOM + 36, f"step, to {last:,}", "", "end"),
        text(LEFT, HEIGHT - BOTTOM + 36, loss, ""), *_legend(curves),
    ]  # fmt: skip
    return document(WIDTH, HEIGHT, body, STYLE, title, _words(curves, loss))


class _Frame(NamedTuple):
    last: int
    low: int
    high: int

    def x(self, step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / self.last

    def y(self, value: float) -> float:
        """A value's place; below the lowest decade it is the lower edge."""
        share = max(0.0, (math.log10(value) - self.low) / (self.high - self.low))
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _has_place(value: float | None) -> bool:
    return value is not None and 0 < value < math.inf


def _decades(values: Sequence[float | None]) -> tuple[int, int]:
    found = [float(v) for v in values if v is not None] or [0.1, 1.0]
    high = math.ceil(math.log10(max(found)))
    low = max(math.floor(math.log10(min(found))), high - DECADES)
    return min(low, high - 1), high


def _grid(frame: _Frame) -> Iterator[str]:
    for power in range(frame.low, frame.high + 1):
        y = frame.y(10.0**power)
        yield f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield text(LEFT - 8, y + 4, f"{10.0**power:g}", "", "end")
    for quarter in range(5):
        step = round(frame.last * quarter / 4)
        yield text(frame.x(step), HEIGHT - BOTTOM + 18, f"{step:,}", "", "middle")


def _line(curve: Curve, frame: _Frame) -> Iterator[str]:
    """Polylines, one for each stretch without a gap."""
    stretch: list[str] = []
    for step, value in [*zip(curve.steps, curve.values, strict=True), (0, None)]:
        if value is not None and _has_place(value):
            stretch.append(f"{frame.x(step):.1f},{frame.y(value):.1f}")
        elif stretch:
            yield (
                f'<polyline points="{" ".join(stretch)}" stroke="{HUES[curve.hue % len(HUES)]}" '
                f'stroke-width="{STROKES[curve.part]}"{_dash(curve)}/>'
            )
            stretch = []


def _dash(curve: Curve) -> str:
    return ' stroke-dasharray="5 3"' if curve.part == "validation" else ""


def _legend(curves: Sequence[Curve]) -> Iterator[str]:
    wide = (WIDTH - LEFT - RIGHT) / max(1, len(curves))
    for k, each in enumerate(curves):
        x, y = LEFT + k * wide, HEIGHT - 16
        hue = HUES[each.hue % len(HUES)]
        yield (
            f'<line x1="{x:g}" x2="{x + 24:g}" y1="{y - 4}" y2="{y - 4}" stroke="{hue}" '
            f'stroke-width="{STROKES[each.part]}"{_dash(each)}/>'
        )
        yield text(x + 30, y, each.name[: max(4, int(wide / 8) - 4)], "")


def _words(curves: Sequence[Curve], loss: str) -> str:
    """The picture for who does not see it."""
    told = [
        f"{each.name}: from {each.values[0]:.4g} to {each.values[-1]:.4g} at step "
        f"{each.steps[-1]:,}"
        for each in curves
        if len(each.values) and each.values[0] is not None and each.values[-1] is not None
    ]
    return f"{loss} against steps. {'; '.join(told)}."
