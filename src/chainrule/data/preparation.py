"""What was done to the raw columns, and what the outputs mean. Plain JSON, no code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.core.checks import number, one_of
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import as_tuples, set_field, settings_of
from chainrule.data.arrays import numbers


@dataclass(frozen=True)
class Column:
    """One input: x = (raw − mean) / scale."""

    name: str
    kind: str = "number"
    mean: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        _text("Column", "name", self.name)
        one_of("Column", "kind", self.kind, ("number",))
        number("Column", "mean", self.mean)
        number("Column", "scale", self.scale, above=0)


@dataclass(frozen=True)
class Target:
    """What the outputs mean: `classes` names the classes, `names` the columns of numbers."""

    task: str  # "classes" | "numbers"
    names: tuple[str, ...] = ()
    classes: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        one_of("Target", "task", self.task, ("classes", "numbers"))
        set_field(self, "names", tuple(self.names))
        set_field(self, "classes", as_tuples(list(self.classes)))
        for name in self.names:
            _text("Target", "names", name)
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


@dataclass(frozen=True)
class Preparation:
    """Fitted on the training part only; travels in the run file, the model file and exports."""

    columns: tuple[Column, ...]
    target: Target

    @classmethod
    def fit(
        cls, x: Array, target: Target, *, names: Sequence[str] = (), standardise: bool = False
    ) -> Preparation:
        """Columns as they are, or shifted and scaled to mean 0 and deviation 1.

        A constant column keeps scale 1: there is nothing to divide by.
        """
        names = tuple(names) or tuple(f"x{k + 1}" for k in range(x.shape[1]))
        if len(names) != x.shape[1]:
            raise UsageError(
                "Preparation.fit", f"names of {x.shape[1]} columns", f"{len(names)} names",
                "One for each column of x, or none.",
            )  # fmt: skip
        means, scales = np.zeros(x.shape[1]), np.ones(x.shape[1])
        if standardise:
            means, scales = _means_and_deviations(x, names)
        columns = zip(names, means.tolist(), scales.tolist(), strict=True)
        return cls(tuple(Column(n, "number", m, s) for n, m, s in columns), target)

    @property
    def is_fitted(self) -> bool:
        """Whether columns are shifted or scaled by what the training part looked like."""
        return any((column.mean, column.scale) != (0.0, 1.0) for column in self.columns)

    def x(self, raw: Any) -> Array:
        """Raw rows (n, columns) as the network takes them, float64."""
        names = ", ".join(column.name for column in self.columns[:8])
        needs = f"rows of {len(self.columns)} numbers: {names}"
        rows = numbers("predict", needs, raw)
        rows = rows[None, :] if rows.ndim == 1 else rows
        if rows.ndim != 2 or rows.shape[1] != len(self.columns):
            raise UsageError(
                "predict", needs, f"an array of shape {rows.shape}",
                "One row of the table for each prediction.",
            )  # fmt: skip
        if not np.isfinite(rows).all():
            row, column = np.argwhere(~np.isfinite(rows))[0].tolist()
            raise UsageError(
                "predict", "finite numbers", f"{rows[row, column]} in row {row}, column {column}",
                "Drop such rows, or fill them in as the training rows were.",
            )  # fmt: skip
        means = np.array([column.mean for column in self.columns])
        scales = np.array([column.scale for column in self.columns])
        prepared: Array = (rows - means) / scales
        return prepared

    def answers(self, a: Array) -> dict[str, Array]:
        """Outputs a (n, outputs) as "prediction" and "p(<class>)", or a column for each target."""
        if self.target.task == "numbers":
            names = self.target.names or tuple(f"y{k + 1}" for k in range(a.shape[1]))
            return {name: a[:, k] for k, name in enumerate(names)}
        p = np.column_stack([1 - a[:, 0], a[:, 0]]) if a.shape[1] == 1 else a
        chosen = np.array(self.target.classes)[p.argmax(axis=1)]
        shares = {f"p({name})": p[:, k] for k, name in enumerate(self.target.classes)}
        return {"prediction": chosen, **shares}

    def misfit(self, inputs: int, outputs: int) -> str:
        """Why a network of so many inputs and outputs is not for these data, or ""."""
        if len(self.columns) != inputs:
            return f"{len(self.columns)} columns for {inputs} inputs"
        if self.target.task == "numbers":
            names = len(self.target.names or range(outputs))
            return "" if names == outputs else f"{names} targets for {outputs} outputs"
        classes = len(self.target.classes)  # two may share one output
        fits = outputs == classes or (outputs, classes) == (1, 2)
        return "" if fits else f"{classes} classes for {outputs} outputs"

    def to_json(self) -> dict[str, Any]:
        return {
            "columns": [settings_of(column) for column in self.columns],
            "target": settings_of(self.target),
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Preparation:
        try:
            columns = tuple(Column(**column) for column in json["columns"])
            return cls(columns, Target(**json["target"]))
        except (TypeError, KeyError) as error:
            raise UsageError(
                "Preparation from JSON", "columns and a target", str(json)[:200],
                f"({error}) Was it written by a newer version?",
            ) from error  # fmt: skip


def _means_and_deviations(x: Array, names: Sequence[str]) -> tuple[Array, Array]:
    with np.errstate(over="ignore", invalid="ignore"):
        means, scales = x.mean(axis=0), x.std(axis=0)
    constant = (x == x[0]).all(axis=0)  # the mean of equal numbers may be off by a rounding
    means[constant] = x[0, constant]
    scales[constant | (scales == 0)] = 1.0
    for name, mean, scale in zip(names, means, scales, strict=True):
        if not np.isfinite(mean) or not np.isfinite(scale):
            raise UsageError(
                "standardise", "columns whose squares are finite", f"larger numbers in {name}",
                "Divide that column by a number of its size first.",
            )  # fmt: skip
    return means, scales


def _text(called: str, field: str, value: object) -> None:
    if not isinstance(value, str):
        raise UsageError(called, f"text for {field}", repr(value), 'Put it in quotes: "width".')
