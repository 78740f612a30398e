"""How every picture looks: colours that colour-blind people can tell apart, sizes, figures.

Nothing here depends on the reader's matplotlibrc or on pyplot, and nothing of it is left behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from chainrule.core.dense import Array

DPI = 150
INK, GREY, PALE = "#1f2328", "#59636e", "#d1d9e0"
BAD = "#bdbdbd"  # where the network answers with no number

# Okabe and Ito's colours, ordered so that neighbours differ most; 8 colours and 7 shapes make 56
# different marks.
COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#6B6B6B", "#B8A800",
)  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
SHAPES = ("circles", "squares", "triangles", "diamonds", "triangles downwards", "pluses", "crosses")
NAMES = ("blue", "orange", "green", "pink", "vermilion", "sky blue", "grey", "olive")

TWO_SIDES = LinearSegmentedColormap.from_list(
    "chainrule two sides", ["#549fd2", "#aed3ec", "#ffffff", "#fbd391", "#eea530"]
)

SIGNED = LinearSegmentedColormap.from_list(
    "chainrule signed",
    ["#00375c", "#0072b2", "#9ecbe8", "#ffffff", "#f6c97f", "#c47700", "#5e3800"],
)

_SETTINGS = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same letters everywhere
    "font.size": 11.0,
    "axes.titlesize": 11.0,
    "axes.labelsize": 11.0,
    "xtick.labelsize": 11.0,
    "ytick.labelsize": 11.0,
    "legend.fontsize": 11.0,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "legend.frameon": False,
    "legend.handletextpad": 0.4,
    "legend.columnspacing": 1.4,
    "lines.linewidth": 2.0,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def context() -> AbstractContextManager[Any]:
    """Our settings and matplotlib's defaults, whatever the user's are, which come back after."""
    import matplotlib.style

    return matplotlib.style.context(["default", _SETTINGS])  # type: ignore[arg-type, unused-ignore]


def figure(width: float, height: float, title: str, subtitle: str, dpi: int = DPI) -> Figure:
    """A blank figure on an Agg canvas, in inches, under a heading of two lines."""
    made = Figure((width, height), dpi=dpi, layout="constrained")
    FigureCanvasAgg(made)
    left = 0.2 / width
    fit(made.text(left, 1 - 0.16 / height, plain(title, 200), va="top", size=14, weight="bold"))
    fit(made.text(left, 1 - 0.47 / height, plain(subtitle, 200), va="top", color=GREY))
    engine = made.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0.1 / width, 0, 1 - 0.2 / width, 1 - 0.76 / height), w_pad=0.08, h_pad=0.08)  # type: ignore[call-arg]
    return made


def mark(k: int) -> tuple[str, str]:
    """Colour and marker of class k."""
    return COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]


def mark_in_words(k: int) -> str:
    return f"{NAMES[k % len(NAMES)]} {SHAPES[k % len(SHAPES)]}"


def darker(colour: str, share: float = 0.72) -> tuple[float, ...]:
    """The colour, darker: points stand out from an area in their own colour."""
    return tuple(share * c for c in matplotlib.colors.to_rgb(colour))


def fit(text: Text) -> None:
    """Shorten a heading to what its figure has room for."""
    made = text.get_figure()
    assert made is not None
    room = made.bbox.width * (1 - 2 * text.get_position()[0])
    while (wide := text.get_window_extent().width) > room:
        whole = text.get_text().rstrip("…")
        text.set_text(shorten(whole, min(len(whole) - 1, int(len(whole) * room / wide))))


def shorten(text: str, letters: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= letters else text[: max(1, letters - 1)].rstrip() + "…"


def shorten_inside(text: str, letters: int) -> str:
    """Shortened in the middle: long names often begin alike and differ at the end."""
    text = " ".join(text.split())
    if len(text) <= letters:
        return text
    end = letters // 3
    return f"{text[: letters - end - 1].rstrip()}…{text[-end:].lstrip()}"


def plain(text: object, letters: int = 24) -> str:
    """A name of the user's as a label: short, no formula ($), no letter the font has not."""
    held = _letters()
    short = shorten(str(text), letters)
    return "".join(c if ord(c) in held else "□" for c in short).replace("$", r"\$")


@cache
def _letters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap())


def number(value: float | None) -> str:
    """Three digits, no exponent where it can be avoided: 0.00499, 12,300, 1.2e-07."""
    value = np.nan if value is None else float(value)  # files hold None where it was not finite
    if not np.isfinite(value):
        return "not a number" if np.isnan(value) else "infinity" if value > 0 else "−infinity"
    if value == 0 or 1e-4 <= abs(value) < 1e3:
        return f"{value:.3g}".replace("-", "−")
    if abs(value) < 1e6 and abs(value) >= 1e3:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.3g}".replace("e-", "e\0").replace("-", "−").replace("\0", "-")


def percent(share: float) -> str:
    """100 % means all, and 0 % means none: nothing is rounded up to either."""
    if share in (0, 1) or not np.isfinite(share):
        return f"{100 * share:.0f} %" if np.isfinite(share) else "unknown"
    return f"{min(max(round(100 * share, 1), 0.1), 99.9):g} %"


def few_ticks(axes: Axes, x: int = 5, y: int = 5) -> None:
    axes.xaxis.set_major_locator(round_ticks(x))
    axes.yaxis.set_major_locator(round_ticks(y))


def round_ticks(most: int = 5) -> MaxNLocator:
    return MaxNLocator(most, steps=[1, 2, 2.5, 5, 10])


def step_axis(axes: Axes) -> None:
    """Whole steps, few of them, with thousands set apart."""
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))


def legend(made: Figure, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """Below the picture where the names fit into one row, else beside it, the first dozen."""
    if fits_below(labels, made.get_figwidth()):
        made.legend(handles, labels, loc="outside lower center", ncols=len(labels))
        return
    if len(labels) > 12:
        more = f"and {len(labels) - 12} more"
        empty = matplotlib.lines.Line2D([], [], linestyle="none")
        handles, labels = [*handles[:12], empty], [*labels[:12], more]
    made.legend(handles, labels, loc="outside right upper")


def fits_below(labels: Sequence[str], width: float) -> bool:
    """Whether a row of legend entries has room below a figure so wide."""
    return len(labels) <= 6 and sum(len(label) + 5 for label in labels) <= 11 * width


def span(values: Array, margin: float) -> tuple[float, float]:
    """From the least to the greatest value, and a margin; constant values get room around them."""
    low, high = float(values.min()), float(values.max())
    width = high - low
    if not width > 1e-9 * max(abs(low), abs(high)):
        width, margin = max(abs(low), abs(high)) or 1.0, 0.5
    return low - margin * width, high + margin * width
