"""What a column of raw data means to a network, and what its outputs mean. Plain JSON, no code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.core.checks import number, one_of
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import as_tuples, set_field

KINDS = ("number", "category", "left out")
SCALES = ("standard", "min-max", "none")
CONSTANT = "constant"  # why a column of numbers is of no use


@dataclass(frozen=True)
class Column:
    """One raw column.

    number     x = (raw − mean) / scale; `fill` stands for a missing one, where it is not the mean
    category   one input for each of `categories`: 1 where raw is that text, else 0
    left out   no input; `why` says it
    """

    name: str
    kind: str = "number"
    mean: float = 0.0
    scale: float = 1.0
    categories: tuple[str, ...] = ()
    why: str = ""
    fill: float | None = None

    def __post_init__(self) -> None:
        text("Column", "name", self.name)
        text("Column", "why", self.why)
        one_of("Column", "kind", self.kind, KINDS)
        number("Column", "mean", self.mean)
        number("Column", "scale", self.scale, above=0)
        if self.fill is not None:
            number("Column", "fill", self.fill)
        set_field(self, "categories", tuple(self.categories))
        for category in self.categories:
            text("Column", "categories", category)
        if bool(self.categories) != (self.kind == "category"):
            raise UsageError(
                "Column", "categories where its kind is category, and nowhere else",
                f"kind {self.kind!r} with {len(self.categories)}", "Name its categories.",
            )  # fmt: skip

    @property
    def width(self) -> int:
        """How many inputs it makes."""
        return {"number": 1, "category": len(self.categories), "left out": 0}[self.kind]

    @property
    def filled(self) -> float:
        """What is taken for a missing number."""
        return self.mean if self.fill is None else self.fill

    @property
    def is_constant(self) -> bool:
        """A column that taught nothing: its input is 0, whatever a row says."""
        return self.kind == "number" and self.why == CONSTANT

    @property
    def inputs(self) -> tuple[Column, ...]:
        """What it makes, an input each: itself, or 0 and 1 for each category."""
        if self.kind == "category":
            return tuple(Column(f"{self.name}={category}") for category in self.categories)
        return (self,) if self.kind == "number" else ()


@dataclass(frozen=True)
class Target:
    """What the outputs mean: `classes` names the classes, `names` the target's columns.

    Numbers may be learnt in units of their deviation: raw = mean + scale · output.
    """

    task: str  # "classes" | "numbers"
    names: tuple[str, ...] = ()
    classes: tuple[Any, ...] = ()
    means: tuple[float, ...] = ()
    scales: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        one_of("Target", "task", self.task, ("classes", "numbers"))
        for field in ("names", "means", "scales"):
            set_field(self, field, tuple(getattr(self, field)))
        set_field(self, "classes", as_tuples(list(self.classes)))
        for name in self.names:
            text("Target", "names", name)
        for mean in self.means:
            number("Target", "means", mean)
        for scale in self.scales:
            number("Target", "scales", scale, above=0)
        self._check_classes()
        if self.scales and not len(self.means) == len(self.scales) == len(self.names):
            raise UsageError(
                "Target", "a mean and a scale for each name", str(self), "Leave both out."
            )

    def _check_classes(self) -> None:
        for value in self.classes:
            if not isinstance(value, str | int | float):
                raise UsageError(
                    "Target", "classes that are text, numbers or truth values", repr(value),
                    "Name them with text.",
                )  # fmt: skip
        if len(set(self.classes)) < len(self.classes):
            raise UsageError(
                "Target", "classes that differ", str(self.classes), "Give each a name of its own."
            )

    @property
    def is_scaled(self) -> bool:
        return bool(self.scales)

    def raw(self, outputs: Array) -> Array:
        """Outputs or answers (n, k) in the target's own units; classes as they are."""
        if not self.is_scaled:
            return outputs
        made: Array = outputs * np.array(self.scales) + np.array(self.means)
        return made


def text(called: str, field: str, value: object) -> None:
    if not isinstance(value, str):
        raise UsageError(called, f"text for {field}", repr(value), 'Put it in quotes: "width".')


def means_and_deviations(x: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """Of each column; a constant one keeps scale 1: there is nothing to divide by."""
    with np.errstate(over="ignore", invalid="ignore"):
        means, scales = x.mean(axis=0), x.std(axis=0)
    constant = (x == x[0]).all(axis=0)  # the mean of equal numbers may be off by a rounding
    means[constant] = x[0, constant]
    scales[constant | (scales == 0)] = 1.0
    check_scales(means, scales, names)
    return means, scales


def moments(blocks: Callable[[], Iterable[Array]], k: int) -> tuple[Array, Array]:
    """The same for k columns that come block by block, looked at twice: the means, and then the
    deviations from them. Missing values have no say."""
    count, total, squares = (np.zeros(k) for _ in range(3))
    least, most = np.full(k, np.inf), np.full(k, -np.inf)
    for x in blocks():
        there = ~np.isnan(x)
        count += there.sum(axis=0)
        total += np.where(there, x, 0).sum(axis=0)
        least = np.minimum(least, np.where(there, x, np.inf).min(axis=0))
        most = np.maximum(most, np.where(there, x, -np.inf).max(axis=0))
    means = total / np.maximum(count, 1)
    for x in blocks():
        squares += np.where(np.isnan(x), 0, (x - means) ** 2).sum(axis=0)
    scales = np.sqrt(squares / np.maximum(count, 1))
    constant = most <= least  # the mean of equal numbers may be off by a rounding
    means[constant] = least[constant]
    scales[constant | (count == 0) | (scales == 0)] = 1.0
    return means, scales


def ends(blocks: Iterable[Array], k: int) -> tuple[Array, Array]:
    """The least and the greatest of each of k columns; of a column without values ∞ and −∞."""
    least, most = np.full(k, np.inf), np.full(k, -np.inf)
    for x in blocks:
        nothing = np.isnan(x)
        least = np.minimum(least, np.where(nothing, np.inf, x).min(axis=0))
        most = np.maximum(most, np.where(nothing, -np.inf, x).max(axis=0))
    return least, most


def check_scales(means: Array, scales: Array, names: Sequence[str]) -> None:
    bad = ~(np.isfinite(means) & np.isfinite(scales))
    if bad.any():
        raise UsageError(
            "standardise", "columns whose squares are finite",
            f"larger numbers in {names[int(np.flatnonzero(bad)[0])]}",
            "Divide that column by a number of its size first.",
        )  # fmt: skip
