"""The loss over the steps, on a linear and on a logarithmic scale."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from chainrule.core.dense import Array
from chainrule.plots import style, words
from chainrule.training.history import History

LOOK: dict[str, tuple[str, Any]] = {  # colour and dashes
    "train": (style.COLOURS[0], "-"),
    "validation": (style.COLOURS[2], "-."),
    "test": (style.COLOURS[4], "--"),
}
DECADES = 290.0  # either way: beyond, axes and ticks would overflow
LARGEST = 10.0**DECADES


def error_figure(
    history: History, loss_name: str, stop_below: float | None = None,
    *, name: str = "", chosen: int | None = None,
) -> Figure:  # fmt: skip
    """The losses of all parts. `chosen`: the step whose state was kept, where it isn't the last."""
    with style.context():
        made = style.figure(
            8, 4.2, words.error_title(history), words.error_subtitle(name, loss_name)
        )
        linear, log = made.subplots(1, 2, sharex=True)
        for axes in (linear, log):
            _lines(axes, history, log=axes is log)
            steps(axes, history)
        on_linear(linear, history)
        on_log(log, history, stop_below)
        linear.set_title("linear scale", loc="left", color=style.GREY)
        log.set_title("logarithmic scale", loc="left", color=style.GREY)
        linear.set_ylabel("loss")
        for axes in (linear, log):
            _marks(axes, stop_below, chosen, labelled=axes is log)
        if len(shown(history)) > 1:
            style.legend(made, *keys(history))
    return made


def shown(history: History) -> list[str]:
    """The parts that have a loss."""
    return [part for part in LOOK if np.isfinite(history[part]).any()]


def keys(history: History) -> tuple[list[Line2D], list[str]]:
    """Legend entries, where there is more than one curve."""
    parts = shown(history) if len(shown(history)) > 1 else []
    handles = [Line2D([], [], color=LOOK[p][0], linestyle=LOOK[p][1]) for p in parts]
    return handles, [f"{words.PARTS[p]} loss" for p in parts]


def _lines(axes: Axes, history: History, *, log: bool) -> None:
    for part in shown(history):
        loss = np.clip(finite(history[part]), -LARGEST, LARGEST)
        if log:
            loss = np.clip(np.where(loss > 0, loss, np.nan), 1 / LARGEST, LARGEST)
        colour, dashes = LOOK[part]
        dot = "o" if np.isfinite(loss).sum() == 1 else None
        axes.plot(history["step"], loss, color=colour, linestyle=dashes, marker=dot)


def finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def all_losses(history: History) -> Array:
    values = finite(np.concatenate([history[part] for part in LOOK]))
    return np.extract(~np.isnan(values), values)


def steps(axes: Axes, history: History) -> None:
    """The step axis, which says how many steps an epoch has."""
    last = max(1.0, float(history["step"].max(initial=1)))
    axes.set_xlim(-0.02 * last, 1.02 * last)
    style.step_axis(axes)
    whole = [p for p in history if p.epoch > 0]
    each = whole[0].step // whole[0].epoch if whole else 0
    epochs = {0: "", 1: " = epochs"}.get(each, f", {each:,} an epoch")
    axes.set_xlabel(f"steps (updates){epochs}")


def on_linear(axes: Axes, history: History) -> None:
    values = np.clip(all_losses(history), -LARGEST, LARGEST)
    high = float(values.max(initial=0.0)) or 1.0
    low = min(0.0, float(values.min(initial=0.0)))
    axes.set_ylim(low - 0.03 * (high - low), high + 0.05 * (high - low))
    axes.yaxis.set_major_locator(style.round_ticks())


def fitting_scale(axes: Axes, history: History) -> None:
    """A log scale where the loss moves by a factor of ten or more, else a linear one."""
    values = all_losses(history)
    many = len(values) > 0 and values.min() > 0 and values.max() >= 10 * values.min()
    (on_log if many else on_linear)(axes, history)


def on_log(axes: Axes, history: History, stop_below: float | None = None) -> None:
    """A log scale that has ticks however narrow it is; a loss of 0 has no place, which is said."""
    values = all_losses(history)
    above = values[values > 0]
    if len(above) == 0:
        axes.set_yticks([])
        said = "no loss above 0" if len(history) else "nothing measured yet"
        axes.text(0.5, 0.5, said, transform=axes.transAxes, ha="center", color=style.GREY)
        return
    ends = above if stop_below is None or stop_below <= 0 else np.append(above, stop_below)
    low, high = _widened(*np.log10([ends.min(), ends.max()]).tolist())
    axes.autoscale(False)
    axes.set_yscale("log")
    axes.set_ylim(10**low, 10**high)
    _log_ticks(axes, low, high)
    if len(above) < len(values):
        axes.text(
            0.98, 0.95, "a loss of 0 is not on this scale", transform=axes.transAxes,
            ha="right", va="top", color=style.GREY,
        )  # fmt: skip


def _widened(low: float, high: float) -> tuple[float, float]:
    """At least half a decade, and a margin; within what floating-point numbers can hold."""
    middle, half = (low + high) / 2, max(0.25, (high - low) / 2)
    return max(middle - 1.08 * half, -DECADES), min(middle + 1.08 * half, DECADES)


def _log_ticks(axes: Axes, low: float, high: float) -> None:
    """About six numbers: powers of ten, or 1, 2 and 5 times such a power on a short scale."""
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100) if high - low <= 6 * n)
    powers = np.arange(math.floor(low), math.ceil(high) + 1)
    named = [1, 2, 5] if high - low < 1.5 else [1]
    major = [n * 10.0**k for k in powers[powers % every == 0] for n in named]
    minor = [n * 10.0**k for k in powers for n in range(1, 10)] if every == 1 else []
    axes.yaxis.set_major_locator(FixedLocator(major))
    axes.yaxis.set_minor_locator(FixedLocator(minor))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _marks(axes: Axes, stop_below: float | None, chosen: int | None, *, labelled: bool) -> None:
    """The target, and the step whose state was kept."""
    if stop_below is not None and (stop_below > 0 or not labelled):
        axes.axhline(stop_below, color=style.GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        if labelled and axes.get_yscale() == "log":
            axes.annotate(f"stop below {style.number(stop_below)}", (0.02, stop_below),
                          xycoords=("axes fraction", "data"), xytext=(0, 3),
                          textcoords="offset points", color=style.GREY)  # fmt: skip
    if chosen is not None:
        axes.axvline(chosen, color=style.GREY, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
        if labelled:
            axes.annotate(f"kept: step {chosen:,}", (chosen, 0.98), xytext=(-4, 0),
                          xycoords=("data", "axes fraction"), textcoords="offset points",
                          ha="right", va="top", color=style.GREY)  # fmt: skip
