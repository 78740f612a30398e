"""What happens inside, layer by layer: activations and gradients of one step as histograms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from chainrule.core.dense import Array
from chainrule.plots import style, words
from chainrule.records import StepRecord

LAYERS = 8  # that are drawn: of more, the first and the last
BINS = 50
FLAT = 0.01  # a slope below which a gradient hardly passes
NOW, THEN = style.COLOURS[0], style.GREY
DEEPEST = -300.0  # decades: below, numbers are subnormal


class Inside(NamedTuple):
    """What one layer shows in one step."""

    layer: int
    units: int
    activation: str
    a: Array  # all finite activations f(z): dropout comes after them
    log_g: Array  # log10 |dW| of the weights whose gradient is finite and not 0
    typical: float  # the median of these |dW|, 0 where there are none
    lost: int  # numbers that are not finite
    zeros: float  # share of activations that are exactly 0
    flat: float | None  # share of numbers where |slope| is below FLAT; None: no slope of its own
    still: int  # units that answer every row alike
    no_gradient: float  # share of weights whose gradient is exactly 0

    @classmethod
    def of(cls, made: StepRecord, l: int) -> Inside:
        layer, row = made.layers[l], made.spec.layers[l]
        own = layer.a if layer.mask is None else row.activation.f(layer.z)
        a, g = np.asarray(own, np.float64), np.abs(np.asarray(layer.dW, np.float64))
        slope = row.activation.slope
        some = g[np.isfinite(g) & (g > 0)]
        with np.errstate(all="ignore"):
            flat = None if slope is None else float((np.abs(slope(layer.z, own)) < FLAT).mean())
            still = int((a.max(axis=0) == a.min(axis=0)).sum()) if len(a) > 1 else 0
        lost = int((~np.isfinite(a)).sum() + (~np.isfinite(g)).sum())
        return cls(
            l, row.units, row.activation.name, a[np.isfinite(a)],
            np.maximum(np.log10(some), DEEPEST), float(np.median(some)) if len(some) else 0.0,
            lost, float((a == 0).mean()), flat, still, float((g == 0).mean()),
        )  # fmt: skip

    @property
    def name(self) -> str:
        return f"layer {self.layer + 1}: {words.plural(self.units, f'{self.activation} unit')}"


def activations_figure(
    made: StepRecord, first: StepRecord | None = None, *, name: str = ""
) -> Figure:
    """The activations of every layer in a step; `first` is an earlier step to compare with."""
    pairs = _pairs(made, first)
    title = activations_title([now for now, _ in pairs])
    with style.context():
        figure, panels = _figure(pairs, title, _subtitle(made, first, name))
        for axes, (now, then) in zip(panels, pairs, strict=True):
            _histogram(axes, now.a, None if then is None else then.a)
            axes.set_title(_of_activations(now), loc="left", fontsize=11)
        panels[-1].set_xlabel("activation a = f(z)")
        _legend(figure, made, first)
    return figure


def gradients_figure(
    made: StepRecord, first: StepRecord | None = None, *, name: str = ""
) -> Figure:
    """The sizes of the weights' gradients of every layer, on one logarithmic axis for all."""
    pairs = _pairs(made, first)
    every = np.concatenate([inside.log_g for pair in pairs for inside in pair if inside])
    title = gradients_title([now for now, _ in pairs])
    with style.context():
        figure, panels = _figure(pairs, title, _subtitle(made, first, name))
        for axes, (now, then) in zip(panels, pairs, strict=True):
            _histogram(axes, now.log_g, None if then is None else then.log_g, of=every)
            axes.set_title(_of_gradients(now), loc="left", fontsize=11)
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            axes.xaxis.set_major_formatter(FuncFormatter(_power))
            axes.tick_params(labelbottom=axes is panels[-1])
        panels[-1].set_xlabel("size of a gradient |dW|, a number for each weight")
        _legend(figure, made, first)
    return figure


def layers_of(made: StepRecord) -> list[Inside]:
    """The layers that are drawn."""
    count = len(made.layers)
    half = LAYERS // 2
    drawn = [l for l in range(count) if count <= LAYERS or l < half or l >= count - half]
    return [Inside.of(made, l) for l in drawn]


def _pairs(
    made: StepRecord, first: StepRecord | None
) -> list[tuple[Inside, Inside | None]]:  # fmt: skip
    now = layers_of(made)
    if first is None or first.t == made.t:
        return [(inside, None) for inside in now]
    return list(zip(now, layers_of(first), strict=True))


def _figure(
    pairs: list[tuple[Inside, Inside | None]], title: str, subtitle: str
) -> tuple[Figure, list[Axes]]:
    figure = style.figure(8, 2.1 + 1.25 * len(pairs), title, subtitle)
    return figure, list(figure.subplots(len(pairs), 1, squeeze=False)[:, 0])


def _subtitle(made: StepRecord, first: StepRecord | None, name: str) -> str:
    rows = words.plural(len(made.batch.x), "row")
    hidden = f"{LAYERS} of {len(made.layers)} layers" if len(made.layers) > LAYERS else ""
    return words.joined(
        style.shorten(name, 30), style.shorten(str(made.spec), 30), f"step {made.t:,}", rows, hidden
    )


def _histogram(axes: Axes, now: Array, then: Array | None, of: Array | None = None) -> None:
    """Shares of the values in equal bins; the earlier step as an outline."""
    both = now if then is None else np.concatenate([now, then])
    wide = both if of is None else of
    axes.set_yticks([])
    axes.set_ylabel("share (√)", color=style.GREY, fontsize=9)
    axes.spines["left"].set_visible(False)
    if not len(wide):
        axes.set_xticks([])
        return
    low, high = style.span(wide, 0.02)
    edges = np.linspace(low, high, BINS + 1)
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(style.round_ticks(6))
    if len(now):
        axes.stairs(_shares(now, edges), edges, fill=True, color=NOW, alpha=0.75)
    if then is not None and len(then):
        axes.stairs(_shares(then, edges), edges, color=THEN, linewidth=1.4)
    axes.set_ylim(0)


def _shares(values: Array, edges: Array) -> Array:
    """Roots of the shares: one full bin must not hide all others."""
    return np.sqrt(np.histogram(values, edges)[0] / max(len(values), 1))


SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power(k: float, _: object = None) -> str:
    """A tick at log10 = k as a power of ten."""
    return f"10{f'{k:.0f}'.translate(SUPERSCRIPT)}" if k else "1"


def _legend(figure: Figure, made: StepRecord, first: StepRecord | None) -> None:
    if first is None or first.t == made.t:
        return
    handles = [Patch(color=NOW, alpha=0.75), Line2D([], [], color=THEN, linewidth=1.4)]
    style.legend(figure, handles, [f"step {made.t:,}", f"step {first.t:,}"])


# ---------------------------------------------------------------------------------------- words


def _of_activations(now: Inside) -> str:
    parts = [now.name]
    if now.zeros >= 0.005:
        parts.append(f"{style.percent(now.zeros)} exactly 0")
    if now.flat is not None and now.flat >= 0.005 and now.flat != now.zeros:
        parts.append(f"slope below {FLAT:g} at {style.percent(now.flat)}")
    if now.still:
        parts.append(f"{words.plural(now.still, 'unit')} the same for every row")
    return words.joined(*parts, *_lost(now))


def _of_gradients(now: Inside) -> str:
    parts = [f"layer {now.layer + 1}", f"median {style.number(now.typical)}"]
    if now.no_gradient:
        parts.append(f"{style.percent(now.no_gradient)} exactly 0")
    return words.joined(*parts, *_lost(now))


def _lost(now: Inside) -> list[str]:
    return [f"{words.plural(now.lost, 'number')} not finite"] if now.lost else []


def activations_title(layers: list[Inside]) -> str:
    flat = [inside for inside in layers[:-1] if inside.flat is not None]
    if not flat:
        return "What the layers answer"
    most = max(flat, key=lambda inside: inside.flat or 0.0)
    if not most.flat or most.flat < 0.005:
        return f"No hidden layer is flat: slopes are above {FLAT:g} nearly everywhere"
    share = style.percent(most.flat)
    return f"Flattest is layer {most.layer + 1}: {share} of its slopes are next to 0"


def gradients_title(layers: list[Inside]) -> str:
    first, last = layers[0], layers[-1]
    if not first.typical:
        return "No gradient reaches layer 1"
    if len(layers) == 1 or not last.typical:
        return f"The gradients of layer 1 are about {style.number(first.typical)}"
    ratio = first.typical / last.typical
    if 0.5 <= ratio <= 2:
        return "Gradients of the first and of the last layer are of one size"
    times = style.number(1 / ratio if ratio < 1 else ratio)
    more = "smaller" if ratio < 1 else "larger"
    return f"Gradients are {times} times {more} in layer 1 than in layer {last.layer + 1}"


def activations_alt(made: StepRecord, first: StepRecord | None) -> str:
    """The text alternative: for every layer the range, the zeros and the flat places."""
    layers = layers_of(made)
    said = [f"{_of_activations(now)}; {_range(now.a)}." for now in layers]
    return " ".join([
        f"Histograms of the activations of each layer in step {made.t:,}{_beside(made, first)}. "
        f"{activations_title(layers)}.", *map(_capital, said),
    ])  # fmt: skip


def gradients_alt(made: StepRecord, first: StepRecord | None) -> str:
    """The text alternative: for every layer the typical size of a gradient, and the zeros."""
    layers = layers_of(made)
    before = {i.layer: i for i in layers_of(first)} if first and first.t != made.t else {}
    said = []
    for now in layers:
        then = before.get(now.layer)
        was = f", in step {first.t:,} {style.number(then.typical)}" if first and then else ""
        said.append(f"{_of_gradients(now)}{was}; {_range(10**now.log_g)}.")
    return " ".join([
        "Histograms of the sizes of the weights' gradients of each layer, on a logarithmic scale, "
        f"in step {made.t:,}{_beside(made, first)}. {gradients_title(layers)}.",
        *map(_capital, said),
    ])  # fmt: skip


def _beside(made: StepRecord, first: StepRecord | None) -> str:
    same = first is None or first.t == made.t
    return "" if same or first is None else f", beside those of step {first.t:,} as an outline"


def _range(values: Array) -> str:
    if not len(values):
        return "none above 0"
    return f"from {style.number(values.min())} to {style.number(values.max())}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
