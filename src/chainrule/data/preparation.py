"""What was done to the raw columns, and what the outputs mean. Plain JSON, no code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.core.checks import one_of
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import settings_of
from chainrule.data.arrays import numbers
from chainrule.data.cells import Holes
from chainrule.data.columns import Column, Target, means_and_deviations
from chainrule.data.encoder import Encoder
from chainrule.data.holes import as_holes, with_holes
from chainrule.data.table import Table, from_columns, from_frame, is_frame

__all__ = ["Column", "Preparation", "Target"]
MISSING = ("error", "drop", "mean")


@dataclass(frozen=True)
class Preparation:
    """Fitted on the training part only; travels in the run file, the model file and exports.

    missing: what becomes of rows with a missing value. "error": they are refused; "drop": they
    were left out of the training, and are refused after it; "mean": a missing number is the mean
    of the training part, a missing text none of the categories. holes: texts that are missing
    values, beside the usual ones.
    """

    columns: tuple[Column, ...]
    target: Target
    missing: str = "error"
    holes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        one_of("Preparation", "missing", self.missing, MISSING)
        object.__setattr__(self, "holes", as_holes(self.holes))

    @classmethod
    def fit(
        cls, x: Array, target: Target, *, names: Sequence[str] = (), standardise: bool = False
    ) -> Preparation:
        """Columns as they are, or shifted and scaled to mean 0 and deviation 1."""
        names = tuple(names) or tuple(f"x{k + 1}" for k in range(x.shape[1]))
        if len(names) != x.shape[1]:
            raise UsageError(
                "Preparation.fit", f"names of {x.shape[1]} columns", f"{len(names)} names",
                "One for each column of x, or none.",
            )  # fmt: skip
        means, scales = np.zeros(x.shape[1]), np.ones(x.shape[1])
        if standardise:
            means, scales = means_and_deviations(x, names)
        columns = zip(names, means.tolist(), scales.tolist(), strict=True)
        return cls(tuple(Column(n, "number", m, s) for n, m, s in columns), target)

    @property
    def is_fitted(self) -> bool:
        """Whether columns are shifted or scaled by what the training part looked like."""
        changed = any((column.mean, column.scale) != (0.0, 1.0) for column in self.columns)
        return changed or self.target.is_scaled or any(c.kind == "category" for c in self.columns)

    @cached_property
    def used(self) -> tuple[Column, ...]:
        """The columns that are not left out."""
        return tuple(column for column in self.columns if column.kind != "left out")

    @cached_property
    def width(self) -> int:
        """How many inputs the columns make."""
        return sum(column.width for column in self.columns)

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """A column for each input of the network: "colour=red" is 0 or 1."""
        return tuple(made for column in self.columns for made in column.inputs)

    def x(self, raw: Any) -> Array:
        """Raw rows as the network takes them, float64 (n, inputs).

        raw: a frame, a dict of columns or a Table, matched by name; or an array (n, columns) of the
        columns that are used, in their order.
        """
        if is_frame(raw):
            texts = [column.name for column in self.used if column.kind == "category"]
            table = with_holes(from_frame(raw, texts=texts), self.holes)
            return Encoder.by_name(self.used, self.missing, table).all(table.values)
        if all(column.kind == "number" for column in self.used):
            return self._scaled(self._numbers(raw))
        table = self._table(raw)
        return Encoder.by_name(self.used, self.missing, table).all(table.values)

    def scaled(self, inputs: Array) -> Array:
        """Inputs (n, inputs) in the columns' own units, as the network takes them."""
        means, scales = self._means_and_scales
        made: Array = (inputs - means) / scales
        return made

    def unscaled(self, x: Array) -> Array:
        """What `scaled` takes: the inverse."""
        means, scales = self._means_and_scales
        made: Array = x * scales + means
        return made

    def answers(self, a: Array) -> dict[str, Array]:
        """Outputs a (n, outputs) as "prediction" and "p(<class>)", or a column for each target."""
        if self.target.task == "numbers":
            a = self.target.raw(a)
            names = self.target.names or tuple(f"y{k + 1}" for k in range(a.shape[1]))
            return {name: a[:, k] for k, name in enumerate(names)}
        p = np.column_stack([1 - a[:, 0], a[:, 0]]) if a.shape[1] == 1 else a
        chosen = np.array(self.target.classes)[p.argmax(axis=1)]
        shares = {f"p({name})": p[:, k] for k, name in enumerate(self.target.classes)}
        return {"prediction": chosen, **shares}

    def misfit(self, inputs: int, outputs: int) -> str:
        """Why a network of so many inputs and outputs is not for these data, or ""."""
        if self.width != inputs:
            return f"{self.width} columns for {inputs} inputs"
        if self.target.task == "numbers":
            names = len(self.target.names or range(outputs))
            return "" if names == outputs else f"{names} targets for {outputs} outputs"
        classes = len(self.target.classes)  # two may share one output
        fits = outputs == classes or (outputs, classes) == (1, 2)
        return "" if fits else f"{classes} classes for {outputs} outputs"

    def to_json(self) -> dict[str, Any]:
        told = {
            "columns": [_short(settings_of(column)) for column in self.columns],
            "target": _short(settings_of(self.target)),
            "missing": self.missing,
        }
        return told | ({"holes": list(self.holes)} if self.holes else {})

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Preparation:
        try:
            columns = tuple(Column(**column) for column in json["columns"])
            target, missing = Target(**json["target"]), json.get("missing", "error")
            return cls(columns, target, missing, json.get("holes", ()))
        except (TypeError, KeyError, AttributeError) as error:
            raise UsageError(
                "Preparation from JSON", "columns and a target", str(json)[:200],
                f"({error}) Was it written by a newer version?",
            ) from error  # fmt: skip

    @cached_property
    def _means_and_scales(self) -> tuple[Array, Array]:
        return (
            np.array([column.mean for column in self.inputs]),
            np.array([column.scale for column in self.inputs]),
        )

    def _scaled(self, rows: Array) -> Array:
        constant = [column.is_constant for column in self.used]
        if any(constant):
            rows = np.where(constant, self._means_and_scales[0], rows)
        if self.missing == "mean":
            fills = [column.filled for column in self.used]
            rows = np.where(np.isnan(rows), fills, rows)
        if not np.isfinite(rows).all():
            row, column = np.argwhere(~np.isfinite(rows))[0].tolist()
            raise UsageError(
                "predict", "finite numbers", f"{rows[row, column]} in row {row}, column {column}",
                "Drop such rows, or fill them in as the training rows were.",
            )  # fmt: skip
        return self.scaled(rows)

    def _numbers(self, raw: Any) -> Array:
        needs = f"rows of {len(self.used)} numbers: {self._names()}"
        rows = Holes(self.holes).clear(numbers("predict", needs, raw))
        return self._of_a_row_each(needs, rows)

    def _table(self, raw: Any) -> Table:
        """An array's columns, by their order."""
        needs = f"rows of {len(self.used)} values: {self._names()}"
        rows = self._of_a_row_each(needs, np.array(raw, dtype=object))
        texts = [column.name for column in self.used if column.kind == "category"]
        columns = {c.name: rows[:, k] for k, c in enumerate(self.used)}
        return with_holes(from_columns(columns, source="rows", texts=texts), self.holes)

    def _of_a_row_each(self, needs: str, rows: Array) -> Array:
        rows = rows[None, :] if rows.ndim == 1 else rows
        if rows.ndim != 2 or rows.shape[1] != len(self.used):
            raise UsageError(
                "predict", needs, f"an array of shape {rows.shape}",
                "One row of the table for each prediction.",
            )  # fmt: skip
        return rows

    def _names(self) -> str:
        return ", ".join(column.name for column in self.used[:8])


def _short(settings: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty and came later: the JSON of older files stays as it was."""
    late = ("categories", "why", "means", "scales", "fill")
    return {
        key: value for key, value in settings.items()
        if key not in late or value or (key == "fill" and value is not None)
    }  # fmt: skip
