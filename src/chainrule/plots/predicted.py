"""Numbers: what the network answers against what is true, target by target."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.model import Model
from chainrule.network import Network
from chainrule.plots import marks, style, words
from chainrule.plots.scene import DRAWN, Scene, outputs, truths
from chainrule.training.evaluation import metrics

PANELS = 9  # targets that are drawn
SIZES = {1: (6.4, 4.7), 2: (8.6, 3.8), 3: (10.2, 3.3)}  # by panels in a row: width, panel's height
LOOK = {"train": (style.COLOURS[0], "o"), "test": (style.COLOURS[4], "D"),
        "validation": (style.COLOURS[2], "s")}  # fmt: skip


class Compared(NamedTuple):
    """One part: truth and answer of every row, and how far apart they are."""

    truth: Array  # (n, targets)
    answer: Array  # (n, targets)
    measured: tuple[dict[str, float], ...]  # of each target: rmse, mae, and r2 where truths differ

    def drawn(self, k: int) -> tuple[Array, Array]:
        """Truth and answer of target k: at most 2,000 rows, evenly spaced."""
        n = len(self.truth)
        rows = np.arange(n) if n <= DRAWN else np.linspace(0, n - 1, DRAWN).astype(np.int64)
        return self.truth[rows, k], self.answer[rows, k]


def compared(network: Network, data: Data) -> dict[str, Compared]:
    """Every part; the answers in the units of the targets."""
    if data.task == "classes":
        raise UsageError(
            "predicted against true", "data with numbers as answers", "classes",
            "confusion_figure counts classes.",
        )  # fmt: skip
    found = {}
    for name, part in data.fitted(network.spec).parts.items():
        x, y, weight = part.block(0, part.n)
        truth, answer = data.in_units(truths(y, "numbers")), data.in_units(outputs(network, x))
        with np.errstate(all="ignore"):
            measured = tuple(
                metrics("numbers", answer[:, k : k + 1], truth[:, k : k + 1], weight)
                for k in range(truth.shape[1])
            )
        found[name] = Compared(truth, answer, measured)
    return found


def predicted_figure(
    model: Model, data: Data, *, name: str = "", step: int | None = None
) -> Figure:
    """Answer against truth for each target: right answers lie on the diagonal."""
    found, scene = compared(model.network, data), Scene.of(data)
    targets = len(scene.targets)
    shown = min(targets, PANELS)
    across = {1: 1, 2: 2, 4: 2}.get(shown, 3)
    down = -(-shown // across)
    more = f"the first {shown} of {targets} targets" if targets > shown else ""
    subtitle = words.joined(
        style.shorten(name, 30), style.shorten(str(model.network.spec), 30), words.after(step), more
    )
    wide, tall = SIZES[across]
    with style.context():
        made = style.figure(wide, 1.5 + tall * down, title(found), subtitle)
        grid = made.subplots(down, across, squeeze=False).reshape(-1)
        for k, axes in enumerate(grid):
            if k < shown:
                _panel(axes, scene.targets[k], k, found)
            else:
                axes.set_visible(False)
        if len(found) > 1:
            style.legend(made, *_keys(found))
    return made


def title(found: dict[str, Compared]) -> str:
    """The error of the part that tells most."""
    part = held_out(found)
    each = found[part].measured
    rows = words.plural(len(found[part].truth), f"{words.PARTS[part]} row")
    if len(each) == 1:
        return f"Off by {style.number(each[0]['rmse'])} (root mean square) on {rows}"
    r2 = [m["r2"] for m in each if "r2" in m]
    best = f": r² from {style.number(min(r2))} to {style.number(max(r2))}" if r2 else ""
    return f"{len(each)} targets on {rows}{best}"


def held_out(found: dict[str, Compared]) -> str:
    return next(part for part in ("test", "validation", "train") if part in found)


def limits(found: dict[str, Compared], k: int) -> tuple[float, float]:
    """Room for every truth and for the answers, as far as these stay near the truths."""
    truth = np.concatenate([c.truth[:, k] for c in found.values()])
    answer = np.concatenate([c.answer[:, k] for c in found.values()])
    low, high = style.span(truth, 0.0)
    answer = np.clip(answer[np.isfinite(answer)], low - (high - low), high + (high - low))
    return style.span(np.append(answer, [low, high]), 0.05)


def beyond(found: dict[str, Compared], k: int) -> int:
    """Drawn answers that have no place on the axes."""
    low, high = limits(found, k)
    drawn = np.concatenate([c.drawn(k)[1] for c in found.values()])
    return int((~((drawn >= low) & (drawn <= high))).sum())


def _panel(axes: Axes, target: str, k: int, found: dict[str, Compared]) -> None:
    low, high = limits(found, k)
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    axes.set(xlabel="truth", ylabel="network's answer")
    style.few_ticks(axes, 4, 4)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: style.number(value)))
    axes.plot([low, high], [low, high], color=style.GREY, linewidth=1, zorder=1)
    for part, each in found.items():
        truth, answer = each.drawn(k)
        colour, marker = LOOK[part]
        seen = np.clip(np.nan_to_num(answer, nan=low, posinf=high, neginf=low), low, high)
        axes.scatter(
            truth, seen, s=0.5 * marks.size_for(len(truth)), c=colour, marker=marker, alpha=0.6,
            linewidths=0, clip_on=False, zorder=2 if part == "train" else 3,
        )  # fmt: skip
    axes.set_title(_heading(target, k, found), loc="left", fontsize=11)


def _heading(target: str, k: int, found: dict[str, Compared]) -> str:
    measured = found[held_out(found)].measured[k]
    said = f"r² {style.number(measured['r2'])}" if "r2" in measured else "constant truth"
    out = f", {beyond(found, k)} beyond" if beyond(found, k) else ""
    return f"{style.plain(style.shorten(target, 18), 18)}: {said}{out}"


def _keys(found: dict[str, Compared]) -> marks.Keys:
    handles = [marks.key(LOOK[part][1], color=LOOK[part][0]) for part in found]
    return handles, [f"{words.PARTS[part]} rows" for part in found]


def predicted_alt(
    found: dict[str, Compared], targets: tuple[str, ...], network: Network, step: int | None
) -> str:
    """The text alternative: the errors of every target on every part."""
    after = f" {words.after(step)}".rstrip()
    sentences = [
        "Scatter plot of the network's answers against the true numbers; right answers lie on the "
        f"diagonal. Network {network.spec}{after}."
    ]
    for k, target in enumerate(targets[:PANELS]):
        parts = [f"{words.PARTS[part]} {_errors(each, k)}" for part, each in found.items()]
        sentences.append(f"{target}: {'; '.join(parts)}.")
        if beyond(found, k):
            sentences.append(f"{words.plural(beyond(found, k), 'answer')} beyond the axes.")
    if len(targets) > PANELS:
        sentences.append(f"{len(targets) - PANELS} more targets are not drawn.")
    return " ".join(sentences)


def _errors(each: Compared, k: int) -> str:
    measured = each.measured[k]
    r2 = f", r2 {style.number(measured['r2'])}" if "r2" in measured else ""
    low, high = each.truth[:, k].min(), each.truth[:, k].max()
    return (
        f"root mean square error {style.number(measured['rmse'])}{r2} on "
        f"{words.plural(len(each.truth), 'row')} (truths from {style.number(low)} to "
        f"{style.number(high)})"
    )
