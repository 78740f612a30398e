"""The rows of a file and a model's answers to them, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data import files
from chainrule.data.encoder import Encoder
from chainrule.data.preparation import Preparation
from chainrule.data.source import Report
from chainrule.data.store import blocks
from chainrule.data.table import Table
from chainrule.model import Model
from chainrule.training.evaluation import metrics

SHOWN = 8  # columns that are named


class Answering:
    """`blocks()` are the answers; afterwards `score()` is how good they were, if that is known."""

    def __init__(
        self, model: Model, path: str, report: Report | None = None, engine: str = "auto"
    ) -> None:
        self.network, self.preparation, self.engine = model.network, model.preparation, engine
        used = self.preparation.used if self.preparation else ()
        texts = [column.name for column in used if column.kind == "category"]
        target = self.preparation.target if self.preparation else None
        if target and target.classes and isinstance(target.classes[0], str):
            texts += target.names
        holes = self.preparation.holes if self.preparation else ()
        self.table = files.read(path, texts=texts, holes=holes, report=report)
        self.encoder = self._encoder(self.preparation)
        self.truth = self._truth()
        self._outputs: list[Array] = []

    @property
    def n(self) -> int:
        return self.table.n

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found in the file that had no say."""
        if self.preparation is None or not self.table.has_names:
            return self.table.notes
        known = {column.name for column in self.preparation.columns}
        known |= set(self.preparation.target.names)
        extra = [name for name in self.table.names if name not in known]
        more = f" and {len(extra) - SHOWN} more" if len(extra) > SHOWN else ""
        said = (f"columns not used: {', '.join(extra[:SHOWN])}{more}",) if extra else ()
        return (*self.table.notes, *said)

    @property
    def names(self) -> list[str]:
        """Of the columns of the answers."""
        return list(self._named(np.zeros((1, self.network.spec.outputs))))

    def blocks(self) -> Iterator[dict[str, Array]]:
        at = 0
        for values in blocks(self.table.values):
            x = self.encoder(values, at) if self.encoder else values
            a = self.network.forward(x, engine=self.engine)
            at += len(values)
            if self.truth is not None:
                self._outputs.append(a)
            yield self._named(a)

    def all(self) -> dict[str, list[Any]]:
        """All answers at once."""
        made: dict[str, list[Any]] = {}
        for answers in self.blocks():
            for name, column in answers.items():
                made.setdefault(name, []).extend(column.tolist())
        return made

    def score(self) -> dict[str, float] | None:
        """accuracy, or rmse, mae and r2, where the file has the right answers."""
        if self.truth is None or self.preparation is None or not self._outputs:
            return None
        a, target = np.concatenate(self._outputs), self.preparation.target
        if target.task == "numbers":
            return metrics("numbers", target.raw(a), self.truth)
        chosen = a[:, 0] > 0.5 if a.shape[1] == 1 else a.argmax(axis=1)
        return {"accuracy": float((chosen == self.truth).mean())}

    def _named(self, a: Array) -> dict[str, Array]:
        if self.preparation:
            return self.preparation.answers(a)
        return {f"y{k + 1}": a[:, k] for k in range(a.shape[1])}

    def _encoder(self, preparation: Preparation | None) -> Encoder | None:
        if preparation:
            return Encoder.by_name(preparation.used, preparation.missing, self.table)
        if len(self.table.columns) != self.network.spec.inputs:
            raise UsageError(
                f"predict {self.table.source}", f"{self.network.spec.inputs} columns",
                f"{len(self.table.columns)}", "This model does not know the names of its columns.",
            )  # fmt: skip
        return None

    def _truth(self) -> Array | None:
        """The right answers, where the file has them all: class numbers, or numbers (n, k)."""
        if self.preparation is None or not self.table.has_names:
            return None
        target, places = self.preparation.target, []
        for name in target.names:
            place = self.table.place(name)
            if place is None:
                return None
            places.append(place)
        if not places:
            return None
        found = np.concatenate([block[:, places] for block in blocks(self.table.values)])
        if not np.isfinite(found).all():
            return None
        return _labels(self.table, places[0], found[:, 0], target.classes) if target.classes else (
            None if any(self.table.columns[k].is_text for k in places) else found
        )  # fmt: skip


def _labels(table: Table, k: int, found: Array, classes: tuple[Any, ...]) -> Array:
    """Each answer as the number of its class; −1 for a class that the model does not know."""
    texts = table.columns[k].texts
    if texts is None:
        place = {value: number for number, value in enumerate(classes)}
        return np.array([place.get(value, -1) for value in found.tolist()])
    place = {str(value): number for number, value in enumerate(classes)}
    lookup = np.array([*(place.get(text, -1) for text in texts), -1])  # the last: OTHER
    return np.asarray(lookup[found.astype(np.intp)])
