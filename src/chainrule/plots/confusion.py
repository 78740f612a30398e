"""How many rows of each class get which answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, takewhile
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chainrule.core.checks import one_of
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.model import Model
from chainrule.network import Network
from chainrule.plots import style, words
from chainrule.plots.plane_map import chosen_class
from chainrule.plots.scene import Scene, outputs, truths

COUNTED = 30  # classes whose counts still have room
NAMED = 45  # classes whose names do
PAIRS = 8  # mistakes that are listed
HEADING = "Most frequent mistakes"
LETTER = 0.1  # its width in inches, about
RIGHT, WRONG = style.COLOURS[0], style.COLOURS[4]


class Confusion(NamedTuple):
    """counts[i, k]: rows of class i that were answered k, of a whole part."""

    counts: Array  # (classes, classes), or one column more for rows without an answer
    names: tuple[str, ...]  # of the columns
    part: str  # "train" "validation" "test"

    @classmethod
    def of(cls, network: Network, data: Data, part: str | None = None) -> Confusion:
        """The counts of a part: by default rows that were held out, where there are any."""
        scene = Scene.of(data)
        if not scene.classes:
            raise UsageError(
                "a confusion matrix", "data with classes", "numbers as answers",
                "predicted_figure compares numbers.",
            )  # fmt: skip
        part = held_out(data) if part is None else part
        one_of("a confusion matrix", "part", part, tuple(data.parts))
        held, fitted = data.parts[part], data.fitted(network.spec).parts[part]
        said = chosen_class(outputs(network, fitted.block(0, fitted.n)[0]))
        y, k = truths(held.block(0, held.n)[1], "classes"), len(scene.classes)
        names = tuple(scene.class_name(i) for i in range(k))
        counts = np.zeros((k, k + 1), dtype=np.int64)
        np.add.at(counts, (y, np.where(said < 0, k, said)), 1)
        if counts[:, k].any():
            return cls(counts, (*names, "no answer"), part)
        return cls(counts[:, :k], names, part)

    @property
    def rows(self) -> int:
        return int(self.counts.sum())

    @property
    def right(self) -> int:
        return int(np.trace(self.counts))

    @property
    def mistakes(self) -> list[tuple[int, int, int]]:
        """(rows, truth, answer), the most frequent first."""
        wrong = self.counts.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
        places = np.array(np.unravel_index(order, wrong.shape)).T
        return [(int(wrong[i, k]), int(i), int(k)) for i, k in places]

    @property
    def title(self) -> str:
        of = words.plural(self.rows, f"{words.PARTS[self.part]} row")
        return f"{'All' if self.right == self.rows else f'{self.right:,} of'} {of} answered right"

    def mistake(self, rows: int, truth: int, answer: int) -> str:
        return f"{self.names[truth]} answered as {self.names[answer]}: {rows:,}"


def held_out(data: Data) -> str:
    """The part that tells most of a network: test, else validation, else training."""
    return next(part for part in ("test", "validation", "train") if part in data.parts)


def confusion_figure(
    model: Model, data: Data, *, part: str | None = None, name: str = "", step: int | None = None
) -> Figure:
    """True classes against answers, with counts. part: "train", "validation" or "test"."""
    found = Confusion.of(model.network, data, part)
    subtitle = words.joined(
        style.shorten(name, 30), style.shorten(str(model.network.spec), 30), words.after(step),
        "rows: truth, columns: answer",
    )  # fmt: skip
    axis = _axis_of(found)
    pairs = found.mistakes[:PAIRS] if len(axis.short) > 6 else []
    listed = [_mistake(axis, *each) for each in pairs]
    with style.context():
        made = style.figure(*_size(axis, listed), found.title, subtitle)
        axes = made.add_subplot()
        _matrix(axes, found)
        _names(axes, axis)
        if listed:
            text = "\n".join([HEADING, *listed])
            axes.text(1.04, 1, text, transform=axes.transAxes, va="top", linespacing=1.6)
    return made


def _size(axis: Axis, listed: Sequence[str]) -> tuple[float, float]:
    """Inches: the matrix, the names on its axes, and the list beside it."""
    longest = LETTER * max(map(len, axis.short))
    room = LETTER * max(map(len, [HEADING, *listed])) if listed else 0.0
    wide, tall = axis.side + longest + room + 1.2, axis.side + (longest if axis.upright else 0.2)
    return max(6.4, wide), tall + 1.5


class Axis(NamedTuple):
    """Names as they stand beside a matrix: what all of them share is said once."""

    short: list[str]
    shared: str  # "species … of the genus"
    classes: int
    side: float  # of the matrix, in inches

    @property
    def upright(self) -> bool:
        """Whether the names have to stand on end below."""
        return LETTER * max(map(len, self.short)) > 0.95 * self.side / len(self.short)


def _axis_of(found: Confusion) -> Axis:
    classes = len(found.counts)
    names, shared = told_apart(found.names[:classes])
    short = [style.plain(style.shorten_inside(n, 18), 18) for n in (*names, *found.names[classes:])]
    cell = 0.42 if classes <= 12 else 0.34
    side = 7.0 if classes > COUNTED else max(2.4, cell * len(short))
    return Axis(short, style.plain(style.shorten_inside(shared, 50), 50), classes, side)


def told_apart(names: Sequence[str]) -> tuple[list[str], str]:
    """The names without the words that all begin with and end with, and these words.

    "kind 1 of iris", "kind 2 of iris" -> ["1", "2"], "kind … of iris". A name keeps a word.
    """
    split = [name.split() for name in names]
    most = min(map(len, split)) - 1
    start = _common(split, most)
    end = _common([each[::-1] for each in split], most - start)
    kept = [" ".join(each[start : len(each) - end]) for each in split]
    before, after = split[0][:start], split[0][len(split[0]) - end :]
    return kept, " ".join([*before, *(["…", *after] if after else [])])


def _common(split: Sequence[Sequence[str]], most: int) -> int:
    """How many words all begin with."""
    alike = (len(set(words)) == 1 for words in zip(*split, strict=False))
    return sum(1 for _ in takewhile(bool, islice(alike, max(0, most)))) if len(split) > 1 else 0


def _matrix(axes: Axes, found: Confusion) -> None:
    counts, k = found.counts, len(found.counts)
    axes.imshow(_colours(counts), interpolation="nearest")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, top=False, labeltop=False)
    if k <= NAMED:
        axes.set_xticks(np.arange(counts.shape[1] + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(k + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=2 if k <= 12 else 1)
        axes.tick_params(which="minor", length=0)
    if k <= COUNTED:
        _counts(axes, counts)


def _colours(counts: Array) -> Array:
    """(classes, columns, 3): right answers blue, wrong ones vermilion, by their share of a row.

    Wrong ones are few: the root of their share makes a single one visible. The strongest tone
    still lets dark numbers be read.
    """
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    strength = np.where(share > 0, 0.12 + 0.5 * np.sqrt(share), 0.03)
    made = np.empty((*counts.shape, 3))
    made[:] = 1 - strength[..., None] * (1 - _rgb(WRONG))
    diagonal = np.arange(len(counts))
    right = np.where(share > 0, 0.1 + 0.48 * share, 0.05)[diagonal, diagonal, None]
    made[diagonal, diagonal] = 1 - right * (1 - _rgb(RIGHT))
    return made


def _rgb(colour: str) -> Array:
    return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255


def _names(axes: Axes, axis: Axis) -> None:
    """Class names, as many as have room."""
    each = 1 if len(axis.short) <= NAMED else 1 + len(axis.short) // 25
    shown = list(range(0, len(axis.short), each))
    turned, size = 90 if axis.upright else 0, 11 if len(axis.short) <= 20 else 9
    axes.set_xticks(shown, [axis.short[n] for n in shown], rotation=turned, fontsize=size)
    rows = [n for n in shown if n < axis.classes]
    axes.set_yticks(rows, [axis.short[n] for n in rows], fontsize=size)
    shared = f" ({axis.shared})" if axis.shared else ""
    axes.set_xlabel(f"network's answer{shared}")
    axes.set_ylabel(f"truth{shared}" if axis.side > 3 else "truth")


def _counts(axes: Axes, counts: Array) -> None:
    """The number of rows in each cell; in a large matrix a 0 is left blank."""
    size = 11 if len(counts) <= 12 else 8
    for (i, k), n in np.ndenumerate(counts):
        if n or len(counts) <= 10:
            colour = style.INK if n else style.GREY
            axes.text(k, i, f"{n}", ha="center", va="center", fontsize=size, color=colour)


def _mistake(axis: Axis, rows: int, truth: int, answer: int) -> str:
    return f"{axis.short[truth]} answered as {axis.short[answer]}: {rows:,}"


def confusion_alt(found: Confusion, network: Network, step: int | None) -> str:
    """The text alternative: what was right, class by class, and the most frequent mistakes."""
    after = f" {words.after(step)}".rstrip()
    right = style.percent(found.right / max(found.rows, 1))
    sums = found.counts.sum(axis=1)
    classes = [
        f"{found.names[i]} {found.counts[i, i]:,} of {sums[i]:,}" for i in range(len(found.counts))
    ]
    sentences = [
        f"Confusion matrix: how many {words.PARTS[found.part]} rows of each true class got which "
        f"answer. Network {network.spec}{after}: {right} of {found.rows:,} rows right.",
        f"Right: {words.some(classes, 40)}.",
    ]
    if found.mistakes:
        listed = [found.mistake(*each) for each in found.mistakes]
        sentences.append(f"Wrong: {words.some(listed, 12)}.")
    return " ".join(sentences)
