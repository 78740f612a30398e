"""What the pictures say, as text: titles, and the text alternatives, from the actual numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from chainrule.core.checks import plural as plural
from chainrule.core.dense import Array
from chainrule.data.parts import Data
from chainrule.network import Network
from chainrule.plots.scene import SMALL, Points, Scene
from chainrule.plots.style import mark_in_words, number, percent, shorten
from chainrule.training.evaluation import part_metrics
from chainrule.training.history import History, Point

Measured = Mapping[str, Mapping[str, float]]  # part → loss, rows, and accuracy or rmse, mae, r2
PARTS = {"train": "training", "validation": "validation", "test": "test"}


def measure(network: Network, data: Data) -> Measured:
    """Loss and metrics of every part, of all rows, drawn or not."""
    fitted = data.fitted(network.spec)
    found: dict[str, dict[str, float]] = {}
    with np.errstate(all="ignore"):
        for name, part in fitted.parts.items():
            loss, measured = part_metrics(network.spec, network.params, data, part)
            found[name] = {"loss": loss, "rows": part.n, **measured}
    return found


def joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def some(items: list[str], most: int = 12) -> str:
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def after(step: int | None) -> str:
    return "" if step is None else f"after {plural(step, 'step')}"


# --------------------------------------------------------------------------------------- the data


def data_title(scene: Scene) -> str:
    rows = plural(scene.train.rows, "point" if scene.kind in ("plane", "line") else "row")
    if scene.classes:
        return f"{rows} of {_classes(scene)}, before training"
    answers = some(list(scene.targets), 3)
    return f"{rows} to learn {shorten(answers, 24)} from, before training"


def _classes(scene: Scene) -> str:
    found = len(np.unique(scene.train.y))
    return "one class" if found == 1 else f"{found} classes"


def counts(scene: Scene) -> str:
    """Rows of each class, and of the other part."""
    parts = []
    if scene.classes and not scene.train.sampled:
        parts.append(some(_per_class(scene), 3))
    if scene.other:
        parts.append(f"{plural(scene.other.rows, scene.other_name + ' row')}")
    if scene.train.sampled:
        parts.append(f"{len(scene.train.x):,} training rows drawn")
    return joined(*parts)


def _per_class(scene: Scene) -> list[str]:
    found, times = np.unique(scene.train.y, return_counts=True)
    return [f"{n} {_of(scene.class_name(int(k)))}" for k, n in zip(found, times, strict=True)]


def _of(name: str) -> str:
    return f"of {name}" if name.startswith("class ") else shorten(name, 20)


def data_alt(scene: Scene) -> str:
    """The text alternative of the picture before training."""
    what = {"plane": "Scatter plot", "line": "Scatter plot"}.get(scene.kind, "Table as a heat map")
    if scene.image:
        what = "Some images of {} by {} pixels".format(*scene.image)
    part = scene.train
    rows = plural(part.rows, "training row")
    sentences = [f"{what} of the {rows} before training{_drawn(part)}."]
    inputs = "Inputs of those drawn" if part.sampled else "Inputs"
    sentences.append(f"{inputs}: {some([_range(scene, k) for k in range(scene.inputs)])}.")
    if scene.classes:
        sentences.append(f"Classes: {some(_with_marks(scene), 40)}.")
    else:
        named = zip(scene.targets, part.y.T, strict=True)
        ranges = [f"{name} from {number(y.min())} to {number(y.max())}" for name, y in named]
        sentences.append(f"Answers: {some(ranges)}.")
    if scene.other and scene.kind in ("plane", "line"):
        other = plural(scene.other.rows, scene.other_name + " row")
        sentences.append(f"{other}{_drawn(scene.other)}: fainter, open marks.")
    if scene.kind == "rows":
        sentences.append(_rows(scene))
    return " ".join(sentences)


def _drawn(points: Points) -> str:
    return f" ({len(points.x):,} of them drawn, a sample)" if points.sampled else ""


def _range(scene: Scene, k: int) -> str:
    x = scene.train.x[:, k]
    return f"{scene.columns[k]} from {number(x.min())} to {number(x.max())}"


def _with_marks(scene: Scene) -> list[str]:
    found, times = np.unique(scene.train.y, return_counts=True)
    n = len(scene.train.y)
    pairs = [(int(k), int(t)) for k, t in zip(found, times, strict=True)]
    how = [f"{percent(t / n)} of those drawn" if scene.train.sampled else str(t) for _, t in pairs]
    drawn_as = [f", {mark_in_words(k)}" if scene.kind == "plane" else "" for k, _ in pairs]
    return [
        f"{scene.class_name(k)} ({much}{mark})"
        for (k, _), much, mark in zip(pairs, how, drawn_as, strict=True)
    ]


def _rows(scene: Scene) -> str:
    rows = zip(scene.train.x, scene.train.y, strict=True)
    return f"Rows: {'; '.join(f'{_numbers(x)} → {_answer(scene, y)}' for x, y in rows)}."


def _answer(scene: Scene, y: Array) -> str:
    return scene.class_name(int(y)) if scene.classes else _numbers(y)


def _numbers(values: Array) -> str:
    return some([number(value) for value in values]).replace(", ", " ")


# ------------------------------------------------------------------------------------ the answers


def decision_title(scene: Scene, measured: Measured) -> str:
    train = measured["train"]
    if "accuracy" in train:
        rows, unit = int(train["rows"]), "point" if scene.kind == "plane" else "row"
        right = round(train["accuracy"] * rows)
        of = plural(rows, f"training {unit}")
        return f"{'All' if right == rows else f'{right:,} of'} {of} answered right"
    return f"Answers off by {number(train['rmse'])} (root mean square)"


def decision_subtitle(name: str, network: Network, measured: Measured, step: int | None) -> str:
    parts = [shorten(name, 30), shorten(str(network.spec), 30)]
    if step is not None:
        parts.append(f"after {plural(step, 'step')}")
    parts.append(f"loss {number(measured['train']['loss'])}")
    for part in ("test", "validation"):
        if part in measured:
            return joined(*parts, f"{PARTS[part]}: {_metric(measured[part])}")
    return joined(*parts)


def _metric(found: Mapping[str, float]) -> str:
    if "accuracy" in found:
        return f"{percent(found['accuracy'])} right"
    return f"off by {number(found['rmse'])}"


WHAT = {
    ("plane", True): "Map of the network's output over the plane of {}, coloured by class, "
    "with the border between classes and the training points on it",
    ("plane", False): "Map of the network's output over the plane of {}, a number as a colour, "
    "with lines of equal output and the training points on it",
    ("line", True): "Curve of the network's output over {} with the training points",
    ("line", False): "Curve of the network's output over {} with the training points",
    ("rows", True): "The network's answer beside the truth for each row of {}",
    ("rows", False): "The network's answer beside the truth for each row of {}",
    ("many", True): "Table of true classes against answered classes, from {}",
    ("many", False): "Scatter plot of answered against true numbers, from {}",
}


def what(scene: Scene) -> str:
    names = list(scene.columns)
    return WHAT[scene.kind, bool(scene.classes)].format(" and ".join(names) if len(names) < 3 else
        some(names, 6))  # fmt: skip


def decision_alt(scene: Scene, network: Network, measured: Measured, step: int | None) -> str:
    """The text alternative of the picture of answers."""
    after = "" if step is None else f" after {plural(step, 'step')}"
    sentences = [f"{what(scene)}. Network {network.spec}{after}:"]
    sentences.append("; ".join(_part(name, found) for name, found in measured.items()) + ".")
    train = measured["train"]
    wrong = round((1 - train.get("accuracy", 1)) * train["rows"])
    if wrong and scene.kind == "plane":
        sentences.append(f"{plural(wrong, 'misclassified training point')}: ringed where drawn.")
    if scene.train.sampled:
        sentences.append(f"{len(scene.train.x):,} training rows are drawn, a sample.")
    if scene.kind == "rows" or (scene.kind == "plane" and scene.train.rows <= SMALL):
        sentences.append(_answers(scene, scene.outputs(network, scene.scaled)))
    return " ".join(sentences)


def _part(name: str, found: Mapping[str, float]) -> str:
    rows = plural(int(found["rows"]), PARTS[name] + " row")
    if "accuracy" in found:
        return f"accuracy {percent(found['accuracy'])}, loss {number(found['loss'])} on {rows}"
    r2 = f", r2 {number(found['r2'])}" if "r2" in found else ""
    error = f"root mean square error {number(found['rmse'])}{r2}"
    return f"loss {number(found['loss'])}, {error} on {rows}"


def _answers(scene: Scene, a: Array) -> str:
    rows = zip(scene.train.x, a, scene.train.y, strict=True)
    said = [f"{_numbers(x)} → {_numbers(o)} (true: {_answer(scene, y)})" for x, o, y in rows]
    return f"Answers: {'; '.join(said)}."


# -------------------------------------------------------------------------------------- the error


def error_title(history: History) -> str:
    loss, steps = history["train"], history["step"]
    good = np.flatnonzero(np.isfinite(loss))
    if len(good) == 0:
        return "No loss was measured" if len(loss) == 0 else "The loss was never a number"
    first, last = float(loss[good[0]]), float(loss[good[-1]])
    if len(good) == 1:
        return f"The loss is {number(first)} at step {steps[good[0]]:,.0f}"
    if good[-1] < len(loss) - 1:
        return f"The loss is no number any more after step {steps[good[-1]]:,.0f}"
    made = plural(int(steps[good[-1]] - steps[good[0]]), "step")
    if number(first) == number(last):
        same = "is" if first == last else "is about"
        return f"The loss {same} {number(last)}, as at the start, after {made}"
    moved = "fell" if last < first else "rose"
    return f"The loss {moved} from {number(first)} to {number(last)} in {made}"


def error_subtitle(name: str, loss_name: str) -> str:
    return joined(shorten(name, 30), f"{loss_name.replace('_', ' ')} loss, mean over rows")


def error_alt(history: History, loss_name: str, stop_below: float | None) -> str:
    """The text alternative of the loss curves."""
    sentences = [
        f"Loss ({loss_name.replace('_', ' ')}, mean over rows) after each step, on a linear and on "
        f"a logarithmic scale. {error_title(history)}."
    ]
    sentences += [
        f"{PARTS[part].capitalize()}: {_course(history['step'], history[part])}."
        for part in PARTS
        if np.isfinite(history[part]).any()
    ]
    if stop_below is not None:
        sentences.append(f"A line marks the target: training stops below {number(stop_below)}.")
    return " ".join(sentences)


def _course(steps: Array, loss: Array) -> str:
    good = np.flatnonzero(np.isfinite(loss))
    best = good[np.argmin(loss[good])]
    first, last = good[0], good[-1]
    return (
        f"{number(loss[first])} at step {steps[first]:,.0f}, {number(loss[last])} at step "
        f"{steps[last]:,.0f}, lowest {number(loss[best])} at step {steps[best]:,.0f}"
    )


def film_alt(scene: Scene, first: Point, last: Point, frames: int) -> str:
    """The text alternative of the animation, with what its first and last frame stand on."""
    left = what(scene)
    return (
        f"Animation of {plural(frames, 'frame')}, from step {first.step:,} to step {last.step:,}. "
        f"Left: {left[0].lower()}{left[1:]}. Right: the loss, from {number(first.train)} to "
        f"{number(last.train)}{_improved(first, last)}."
    )


def _improved(first: Point, last: Point) -> str:
    if "accuracy" not in last.metrics:
        return ""
    shares = [percent(float(p.metrics["accuracy"])) for p in (first, last)]
    part = PARTS[str(last.metrics["on"])]
    return f", while the accuracy on the {part} rows goes from {shares[0]} to {shares[1]}"
