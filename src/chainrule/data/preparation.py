"""What was done to the raw columns, and what the outputs mean. Plain JSON, no code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.core.checks import one_of
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import as_tuples, set_field, settings_of


@dataclass(frozen=True)
class Column:
    """One input: x = (raw − mean) / scale."""

    name: str
    kind: str = "number"
    mean: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        one_of("Column", "kind", self.kind, ("number",))


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
        means, scales = np.zeros(x.shape[1]), np.ones(x.shape[1])
        if standardise:
            means, scales = x.mean(axis=0), x.std(axis=0)
            scales[scales == 0] = 1.0
        columns = zip(names, means.tolist(), scales.tolist(), strict=True)
        return cls(tuple(Column(n, "number", m, s) for n, m, s in columns), target)

    def x(self, raw: Any) -> Array:
        """Raw rows (n, columns) as the network takes them, float64."""
        rows = np.asarray(raw, dtype=np.float64)
        rows = rows[None, :] if rows.ndim == 1 else rows
        if rows.ndim != 2 or rows.shape[1] != len(self.columns):
            raise UsageError(
                "predict", f"rows of {len(self.columns)} numbers: "
                + ", ".join(column.name for column in self.columns[:8]),
                f"an array of shape {rows.shape}", "One row of the table for each prediction.",
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
