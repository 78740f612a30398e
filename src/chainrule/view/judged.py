"""How good a state is, part by part; where that would take long, how good an earlier one was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from chainrule.core.dense import Array
from chainrule.engine.protocol import Arrays, rows_of
from chainrule.records import Params
from chainrule.training.evaluation import metrics, part_loss
from chainrule.training.history import Point
from chainrule.view.line import Line
from chainrule.view.scene import Scene
from chainrule.view.words import Measured, judged_part

STILL = 3e8  # work for one part, where a state stands still: 0.1 s at most
QUICK = 4e7  # the same, where frames come one after the other
ROW = 40  # to read a row and to judge it is as much work as so many parameters
CLASSES = 30  # of which is counted which is taken for which


class Seen(NamedTuple):
    """A part under some parameters."""

    loss: float
    a: Array  # (n, outputs)
    right: Array | None  # (n,) for classes
    truth: Array | None  # (n,) their numbers


class Held(NamedTuple):
    """What was measured last: pages magnify one unit of a state after the other."""

    params: Params
    quick: bool
    measured: Measured
    arrays: dict[str, Array]


class _Few:
    """Some rows of a part, as a part."""

    def __init__(self, part: Arrays, rows: Array) -> None:
        self.n, self._held = len(rows), rows_of(part, rows)

    def block(self, start: int, stop: int) -> tuple[Array, Array, Array | None]:
        x, y, weight = self._held
        return x[start:stop], y[start:stop], None if weight is None else weight[start:stop]


class Judge:
    """`judge(params, step, arrays)` measures the parts that are not too much work; of the others
    it answers the rows that are drawn.

    parts: fitted to the network.
    """

    def __init__(self, scene: Scene, parts: Mapping[str, Arrays]) -> None:
        self.scene, self.spec, self.parts = scene, scene.setup.spec, parts
        self.on = judged_part(self.parts)  # whose metrics are told
        self._common = _common(scene, self.on)
        self._held: Held | None = None

    def __call__(
        self, params: Params, step: int, arrays: dict[str, Array], *, quick: bool = False
    ) -> Measured:
        """What is measured; who is right, the answers and the confusion go into `arrays`."""
        held = self._held
        if held is None or held.params is not params or held.quick != quick:
            held = self._held = self._measured(params, step, quick)
        arrays.update(held.arrays)
        return held.measured

    def _measured(self, params: Params, step: int, quick: bool) -> Held:
        found = Held(params, quick, Measured({}, {}, {}, {}, self._common), {})
        measured, arrays = found.measured, found.arrays
        for name, part in self.parts.items():
            drawn = self.scene.parts[name].rows
            if part.n * (self.spec.parameters + ROW) > (QUICK if quick else STILL):
                few = self._seen(name, _Few(part, drawn), params, drawn)
                arrays |= self._points(name, few, np.arange(len(drawn)))
                continue
            seen = self._seen(name, part, params)
            measured.losses[name], measured.at[name] = seen.loss, step
            if seen.right is not None:
                measured.right[name] = int(seen.right.sum()), part.n
            arrays |= self._points(name, seen, drawn)
            if name == self.on:
                measured.metrics.update(self._metrics(part, seen))
                arrays.update(self._confusion(seen))
        return found

    def _points(self, name: str, seen: Seen, drawn: Array) -> dict[str, Array]:
        """What a drawn point shows: its answer, and whether that is right."""
        found = {f"{name}.answer": self._answers(seen.a)[drawn].astype(np.float32)}
        if seen.right is not None:
            found[f"{name}.right"] = seen.right[drawn].astype(np.uint8)
        return found

    def _seen(self, name: str, part: Arrays, params: Params, rows: Array | None = None) -> Seen:
        """rows: which of the part these are; None: all."""
        loss, a = part_loss(self.spec, params, part)
        if self.scene.task != "classes":
            return Seen(loss, a, None, None)
        whole = self.scene.source.data.parts[name]
        raw = whole.block(0, part.n)[1] if rows is None else rows_of(whole, rows)[1]
        y = raw if raw.ndim == 1 else (raw[:, 0] > 0.5).astype(np.int64)
        return Seen(loss, a, np.asarray(_chosen(a) == y), np.asarray(y))

    def _answers(self, a: Array) -> Array:
        """(n,) the class, or the first target in its own units."""
        if self.scene.task == "classes":
            return a[:, 0] if a.shape[1] == 1 else a.argmax(axis=1)
        return np.asarray(self.scene.source.data.in_units(a)[:, 0])

    def _confusion(self, seen: Seen) -> dict[str, Array]:
        """Of the rows of each class, how many have which answer: (classes, classes)."""
        k = len(self.scene.classes)
        if seen.truth is None or k > CLASSES:
            return {}
        found = np.bincount(seen.truth * k + _chosen(seen.a), minlength=k * k)
        return {"confusion": found.reshape(k, k).astype(np.int32)}

    def _metrics(self, part: Arrays, seen: Seen) -> dict[str, float]:
        if seen.right is not None:
            return {"accuracy": float(seen.right.mean())}
        data = self.scene.source.data
        y = data.in_units(part.block(0, part.n)[1])
        return metrics("numbers", data.in_units(seen.a), y)


def _common(scene: Scene, on: str) -> float:
    """The share of the most frequent class, as far as its rows are drawn."""
    y = scene.parts[on].y
    return float(np.bincount(y).max()) / len(y) if scene.task == "classes" and len(y) else 0.0


def _chosen(a: Array) -> Array:
    return np.asarray((a[:, 0] > 0.5).astype(np.int64) if a.shape[1] == 1 else a.argmax(axis=1))


def completed(measured: Measured, line: Line, step: int) -> Measured:
    """What was not measured, from the last point of the curve up to that step; `at` says where."""
    parts = line.setup.source.data.parts
    missing = [name for name in parts if name not in measured.losses]
    point = last_point(line, step)
    if not missing or point is None:
        return measured
    held = {"train": point.train, "validation": point.validation, "test": point.test}
    losses = {name: measured.losses.get(name, held[name]) for name in parts}
    at = {name: measured.at.get(name, point.step) for name in parts}
    right, on = dict(measured.right), str(point.metrics.get("on"))
    if on not in missing:
        return measured._replace(losses=losses, right=right, at=at)
    accuracy = point.metrics.get("accuracy")
    if isinstance(accuracy, float):
        right[on] = round(accuracy * parts[on].n), parts[on].n
    numbers = {name: v for name, v in point.metrics.items() if isinstance(v, float)}
    return Measured(losses, right, numbers, at, measured.common)


def last_point(line: Line, step: int) -> Point | None:
    """The last point up to that step of a line and its past: before its fork it is its parent's."""
    here: Line | None = line
    while here is not None:
        found = next((each for each in reversed(here.points) if each.step <= step), None)
        if found is not None:
            return found
        here = here.parent
    return None
