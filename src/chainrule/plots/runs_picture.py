"""The curves of several runs in one picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import row_to_text
from chainrule.plots import curves, files, page, style, words
from chainrule.plots.files import Picture
from chainrule.training.history import History
from chainrule.training.run_file import RunFile

ABOUT = "The loss of every run", "Which falls fastest, and which lowest on rows it never saw?"
NAMED = 12  # runs that have a colour and a name; of more, the best ones, and the others are grey
DASHES = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (5, 1.4, 1.2, 1.4)))
TOLD = 3  # settings that a name may carry
LEFT_OUT = ("engine",)  # settings that change no number


class Curve(NamedTuple):
    """What is drawn of a run."""

    name: str  # of its file
    differs: str  # the settings that tell it from the others
    history: History
    epochs: bool  # whether the axis counts epochs
    per_epoch: int  # steps

    @property
    def label(self) -> str:
        return f"{self.name}: {self.differs}" if self.differs else self.name

    def at(self) -> Array:
        steps = self.history["step"]
        return steps / self.per_epoch if self.epochs else steps

    def last(self, part: str) -> float:
        """The last finite loss of a part, infinity where there is none."""
        loss = curves.finite(self.history[part])
        good = loss[np.isfinite(loss)]
        return float(good[-1]) if len(good) else np.inf

    def lowest(self, part: str) -> tuple[float, float] | None:
        """The lowest loss of a part, and the step or epoch where it is."""
        loss = curves.finite(self.history[part])
        if not np.isfinite(loss).any():
            return None
        best = int(np.nanargmin(loss))
        return float(loss[best]), float(self.at()[best])


def runs_figure(runs: Sequence[RunFile]) -> Figure:
    """The training loss of every run, and beside it the loss of the rows that were held out."""
    found = curves_of(runs)
    parts = parts_of(found)
    ranked = ranks(found, parts[-1])
    with style.context():
        wide, tall = 10.5 if len(parts) > 1 else 8, 4.2 + 0.2 * len(ranked)
        figure = style.figure(wide, tall, title(found, parts[-1]), subtitle(runs))
        panels = figure.subplots(1, len(parts), sharey=True, squeeze=False)[0]
        for axes, part in zip(panels, parts, strict=True):
            _panel(axes, found, ranked, part)
        panels[0].set_ylabel("loss")
        _legend(figure, found, ranked)
    return figure


def compare(runs: Sequence[RunFile], folder: str | Path) -> list[Picture]:
    """runs.png with the curves of all runs, and a page that shows it, the last."""
    folder, found = Path(folder), curves_of(runs)
    drawn = files.save(runs_figure(runs), folder / "runs.png", runs_alt(runs))
    names = words.some([each.name for each in found], 6)
    about = f"{words.plural(len(found), 'run')} · {subtitle(runs)}"
    return [drawn, page.write(folder, names, about, [drawn], {"runs": ABOUT})]


def curves_of(runs: Sequence[RunFile]) -> list[Curve]:
    if not runs:
        raise UsageError("runs_figure", "at least one run", "none", "Open some: RunFile(path).")
    told = differences([settings(run) for run in runs])
    histories = [run.history() for run in runs]
    per_epoch = [_steps_of_epoch(history) for history in histories]
    epochs = len(set(per_epoch)) > 1 and 0 not in per_epoch
    return [
        Curve(name, differs, history, epochs, each)
        for name, differs, history, each in zip(
            names_of(runs), told, histories, per_epoch, strict=True
        )
    ]


def _steps_of_epoch(history: History) -> int:
    """0 where no epoch is over yet."""
    return next((p.step // p.epoch for p in history if p.epoch > 0), 0)


def names_of(runs: Sequence[RunFile]) -> list[str]:
    """File names without their ending, with the folder where two are alike."""
    stems = [run.path.stem for run in runs]
    return [
        stem if stems.count(stem) == 1 else f"{run.path.resolve().parent.name}/{stem}"
        for run, stem in zip(runs, stems, strict=True)
    ]


def settings(run: RunFile) -> dict[str, str]:
    """What a run was made with, flat: {"learning rate": "0.1", "loss": "squared", ...}."""
    spec, training = run.spec.to_json(), run.training.to_json()
    layers = [str(layer.activation.name) for layer in run.spec.layers]
    flat = {
        "problem": run.source,
        "sizes": "-".join(map(str, run.spec.sizes)),
        "activations": " ".join(dict.fromkeys(layers)),
        "init": " ".join(dict.fromkeys(repr(layer.init) for layer in run.spec.layers)),
        "dropout": " ".join(dict.fromkeys(f"{p:g}" for _, p in run.spec.drops)) or "none",
    }
    rest = {key: spec[key] for key in ("loss", "dtype", "conventions")} | training
    return flat | dict(_flat(rest))


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A row of a table is its name, and then its own settings."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            if "kind" in value:
                yield key, str(value["kind"])
            yield from _flat({f"{key} {k}": v for k, v in value.items() if k != "kind"})
        elif key not in LEFT_OUT:
            none = "all rows" if key == "batch_size" else "none"
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            yield key.replace("_", " "), none if value is None else shown


def differences(settings: Sequence[Mapping[str, str]]) -> list[str]:
    """For each run the settings in which the runs differ, the first few of them."""
    shared = [key for key in settings[0] if all(key in each for each in settings)]
    varied = [key for key in shared if len({each[key] for each in settings}) > 1]
    more = " …" if len(varied) > TOLD else ""
    return [", ".join(f"{key} {each[key]}" for key in varied[:TOLD]) + more for each in settings]


def parts_of(found: Sequence[Curve]) -> list[str]:
    """Training, and the part that some run held out."""
    held = [p for p in ("test", "validation") if any(np.isfinite(c.last(p)) for c in found)]
    return ["train", *held[:1]]


def ranks(found: Sequence[Curve], part: str) -> list[int]:
    """The runs that get a colour, in the order they were given: all, or the best ones."""
    if len(found) <= NAMED:
        return list(range(len(found)))
    best = np.argsort([each.last(part) for each in found], kind="stable")[:NAMED]
    return np.sort(best).tolist()  # type: ignore[no-any-return]


def _panel(axes: Axes, found: Sequence[Curve], named: Sequence[int], part: str) -> None:
    for k, each in enumerate(found):
        if k not in named:
            _curve(axes, each, part, {"color": style.PALE, "linewidth": 1, "zorder": 1})
    for place, k in enumerate(named):
        _curve(axes, found[k], part, _look(place))
    every = History(p for each in found for p in each.history)
    curves.fitting_scale(axes, every)
    last = max([1.0, *(float(each.at().max(initial=0)) for each in found)])
    axes.set_xlim(-0.02 * last, 1.02 * last)
    style.step_axis(axes)
    axes.set_xlabel("epochs" if found[0].epochs else "steps (updates)")
    axes.set_title(f"{words.PARTS[part]} rows", loc="left", color=style.GREY)


def _look(place: int) -> dict[str, Any]:
    count = len(style.COLOURS)
    return {
        "color": style.COLOURS[place % count],
        "linestyle": DASHES[place // count % len(DASHES)],
    }


def _curve(axes: Axes, each: Curve, part: str, look: dict[str, Any]) -> None:
    loss = np.clip(curves.finite(each.history[part]), -curves.LARGEST, curves.LARGEST)
    if np.isfinite(loss).any():
        dot = "o" if np.isfinite(loss).sum() == 1 else None
        axes.plot(each.at(), loss, marker=dot, **look)


def _legend(figure: Figure, found: Sequence[Curve], named: Sequence[int]) -> None:
    handles = [Line2D([], [], **_look(place)) for place in range(len(named))]
    labels = [style.plain(style.shorten(found[k].label, 60), 60) for k in named]
    if len(named) < len(found):
        handles.append(Line2D([], [], color=style.PALE, linewidth=1))
        labels.append(f"{len(found) - len(named)} other runs")
    columns = 1 if max(map(len, labels)) > 40 else 2 if len(labels) > 1 else 1
    figure.legend(handles, labels, loc="outside lower left", ncols=columns)


# ---------------------------------------------------------------------------------------- words


def title(found: Sequence[Curve], part: str) -> str:
    """Which run ended lowest."""
    best = min(found, key=lambda each: each.last(part))
    if not np.isfinite(best.last(part)):
        return f"{words.plural(len(found), 'run')}, none with a finite loss"
    low = f"{words.PARTS[part]} loss {style.number(best.last(part))}"
    if len(found) == 1:
        return f"{best.name} ends at a {low}"
    return f"{best.name} ends lowest of {len(found)} runs: {low}"


def subtitle(runs: Sequence[RunFile]) -> str:
    """What the heights mean, and whether they can be compared."""
    losses = list(dict.fromkeys(row_to_text(run.spec.loss).replace("_", " ") for run in runs))
    sources = {run.meta("data")["fingerprint"] for run in runs}
    parts = [f"{words.some(losses, 3)} loss, mean over rows"]
    if len(losses) > 1:
        parts.append("different losses: do not compare heights")
    elif len(sources) > 1:
        parts.append("different data")
    return words.joined(*parts)


def runs_alt(runs: Sequence[RunFile]) -> str:
    """The text alternative: for every run where its losses end, and where they were lowest."""
    found = curves_of(runs)
    unit = "epoch" if found[0].epochs else "step"
    parts = parts_of(found)
    sentences = [
        f"Loss curves of {words.plural(len(found), 'run')} over the {unit}s; {subtitle(runs)}. "
        f"{title(found, parts[-1])}."
    ]
    return " ".join(sentences + [_course(each, parts, unit) for each in found[:40]])


def _course(each: Curve, parts: Sequence[str], unit: str) -> str:
    said = []
    for part in parts:
        lowest = each.lowest(part)
        if lowest is not None:
            said.append(
                f"{words.PARTS[part]} loss {style.number(each.last(part))} at the end, lowest "
                f"{style.number(lowest[0])} at {unit} {lowest[1]:,.4g}"
            )
    return f"{each.label}: {'; '.join(said) or 'no finite loss'}."
