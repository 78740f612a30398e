"""The data as a page draws them: points, classes, and how a place on the map becomes inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.data.columns import Column
from chainrule.engine.protocol import Arrays, rows_of
from chainrule.view import messages, parts
from chainrule.view.sets import DRAWN as DRAWN_BY_HAND
from chainrule.view.sets import Source, shaped
from chainrule.view.settings import Setup
from chainrule.view.words import short

DRAWN = 1000  # rows of a part at most; of more a sample, the same each time
EDGE = 0.09  # of an axis at each of its ends, without numbers
MARGIN = 0.14  # of the points' spread, around them
NEAR = 3.0  # axes whose spreads differ by less get one scale
SIDES = (6, 64)  # of a square picture, in pixels


@dataclass(frozen=True, eq=False)
class Part:
    """The drawn rows of one part."""

    rows: Array  # (m,)           row numbers
    x: Array  # (m, inputs)    as the network takes them
    y: Array  # (m,) classes, or (m, outputs) in the target's units
    n: int  # that the part has


class Scene:
    """What stays the same from frame to frame."""

    def __init__(self, setup: Setup) -> None:
        self.setup, self.source = setup, setup.source
        data = self.source.data
        self.task = data.task
        self.columns: tuple[Column, ...] = data.preparation.inputs if data.preparation else ()
        self.parts = {name: _part(part, self) for name, part in data.parts.items()}
        self.classes = _classes(self.source) if self.task == "classes" else ()
        target = data.preparation.target if data.preparation else None
        self.targets = target.names if target and target.names else _numbered("y", data.outputs)

    @cached_property
    def image(self) -> tuple[int, int] | None:
        """(rows, columns) where the inputs are likely the pixels of a square picture."""
        inputs = len(self.columns)
        side = math.isqrt(inputs)
        known = self.source.name in ("digits", "mnist") or (
            bool(self.columns) and all("pixel" in column.name.lower() for column in self.columns)
        )
        square = side * side == inputs and SIDES[0] <= side <= SIDES[1]
        return (side, side) if known and square else None

    @cached_property
    def axes(self) -> tuple[int, ...]:
        """The inputs that a map is over."""
        if self.image or not self.columns:
            return ()
        if self.source.features:
            return (0, 1)
        preparation = self.source.data.preparation
        used = preparation.used if preparation else ()
        texts = {f"{c.name}={text}" for c in used for text in c.categories}
        numbers = [k for k, column in enumerate(self.columns) if column.name not in texts]
        return tuple(numbers[:2])

    @property
    def kind(self) -> str:
        return {0: "none", 1: "line", 2: "plane"}[len(self.axes)]

    @property
    def axis_names(self) -> tuple[str, ...]:
        if self.source.features:
            return ("x1", "x2")
        return tuple(self.columns[k].name for k in self.axes)

    def places(self, part: Part) -> Array:
        """(m, axes) the drawn rows on the map, in the data's own units."""
        if self.source.features:
            return self._plane_of(part)
        scales = [self.columns[k] for k in self.axes]
        raw = [part.x[:, k] * c.scale + c.mean for k, c in zip(self.axes, scales, strict=True)]
        return np.column_stack(raw) if raw else np.empty((len(part.x), 0))

    def _plane_of(self, part: Part) -> Array:
        """The two columns behind the features, where they are not among these themselves."""
        held = {name: k for k, name in enumerate(self.source.features)}
        found = [self._behind(part, held, name) for name in ("x1", "x2")]
        return np.column_stack(found)

    def _behind(self, part: Part, held: dict[str, int], name: str) -> Array:
        if name in held:
            return np.asarray(part.x[:, held[name]])
        hidden = self.source.places
        assert hidden is not None  # kept where features hide the columns
        return np.asarray(hidden[self._name_of(part)][part.rows][:, int(name[1]) - 1])

    def _name_of(self, part: Part) -> str:
        return next(name for name, each in self.parts.items() if each is part)

    @cached_property
    def limits(self) -> tuple[Array, Array]:
        """low, high of each axis."""
        points = np.concatenate([self.places(part) for part in self.parts.values()])
        low, high = points.min(axis=0), points.max(axis=0)
        if self.source.name == DRAWN_BY_HAND:  # room for more of them
            low, high = np.minimum(low, -1.0), np.maximum(high, 1.0)
        spread = np.where(high > low, high - low, 1.0)
        if len(spread) == 2 and spread.max() < NEAR * spread.min():
            spread = np.full(2, spread.max())
        middle = (low + high) / 2
        return middle - spread * (0.5 + MARGIN), middle + spread * (0.5 + MARGIN)

    @cached_property
    def ticks(self) -> tuple[tuple[float, ...], ...]:
        """On each axis, as far from its ends as the points are; then on that of the target."""
        ends = [self.limits] if self.axes else []
        bounds = [
            (a + EDGE * (b - a), b - EDGE * (b - a))
            for low, high in ends
            for a, b in zip(low.tolist(), high.tolist(), strict=True)
        ]
        if self.task == "numbers":
            y = np.concatenate([part.y[:, 0] for part in self.parts.values()])
            bounds.append((float(y.min()), float(y.max())))
        return tuple(round_numbers(*each) for each in bounds)

    def grid(self, side: int) -> Array:
        """(side² or side, inputs) middles of the squares of a map, as the network takes them."""
        low, high = self.limits
        lines = [
            a + (b - a) * (np.arange(side) + 0.5) / side for a, b in zip(low, high, strict=True)
        ]
        mesh = np.meshgrid(*lines)
        return self.inputs_at(np.column_stack([each.ravel() for each in mesh]))

    def inputs_at(self, places: Array) -> Array:
        """(n, inputs) for places on the map; the other inputs are at their mean."""
        if self.source.features:
            return shaped(places, self.source.features)
        x = np.tile(self.parts["train"].x.mean(axis=0), (len(places), 1))
        for k, at in enumerate(self.axes):
            x[:, at] = (places[:, k] - self.columns[at].mean) / self.columns[at].scale
        return x

    def told(
        self, part: str, row: int, a: Array
    ) -> tuple[dict[str, float | str], str, str, bool | None]:
        """A row in words: its columns, the truth, the answer, and whether it is right."""
        data = self.source.data
        x, y, _ = rows_of(data.parts[part], np.array([row]))
        raw = data.preparation.unscaled(x)[0] if data.preparation else x[0]
        names = [column.name for column in self.columns] or list(_numbered("x", len(raw)))
        columns: dict[str, float | str] = dict(zip(names, raw.tolist(), strict=False))
        truth = _truths(np.asarray(y), self)
        if self.task == "classes":
            shares = a[0] if a.shape[1] > 1 else np.array([1 - a[0, 0], a[0, 0]])
            k = int(shares.argmax())
            told = f"{self.classes[k]}, {short(100 * shares[k])} %"
            return columns, self.classes[int(truth[0])], told, k == int(truth[0])
        answer = ", ".join(map(short, data.in_units(a)[0]))
        return columns, ", ".join(map(short, truth[0])), answer, None

    def message(self) -> messages.Scene:
        low, high = self.limits if self.axes else ((), ())
        hidden = len(self.columns) - len(self.axes)
        cut = hidden > 0 and bool(self.axes) and not self.source.features
        return messages.Scene(
            self.kind, self.axis_names, tuple(low), tuple(high),  # type: ignore[arg-type]
            self.ticks, self.classes, tuple(self.targets),
            {name: self._points(part) for name, part in self.parts.items()},
            tuple(self.source.notes),
            _others(hidden) if cut else "",
        )  # fmt: skip

    def _points(self, part: Part) -> parts.Points:
        y = part.y if part.y.ndim == 1 else part.y[:, 0]
        places = tuple(map(tuple, _short(self.places(part)))) if self.axes else ()
        return parts.Points(tuple(part.rows.tolist()), places, tuple(_short(y)), part.n)


def round_numbers(low: float, high: float) -> tuple[float, ...]:
    """Two to four numbers within these ends, as few digits as that takes; a point is its own."""
    if not 1e-300 < high - low < 1e300:
        return (low,) if low == high else ()
    power = math.floor(math.log10(high - low)) - 1
    for by in (1, 2, 2.5, 5, 10, 20, 25, 50):
        step = by * 10.0**power
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first < 4:
            return tuple(float(f"{k * step:.12g}") for k in range(first, last + 1))
    return ()


def _part(part: Arrays, scene: Scene) -> Part:
    rows = np.arange(part.n)
    if part.n > DRAWN:
        mixed = np.argsort(random.words(random.stream(0, random.DATA), part.n), kind="stable")
        rows = np.sort(mixed[:DRAWN])
    x, y, _ = rows_of(part, rows)
    return Part(rows, np.asarray(x, np.float64), _truths(y, scene), part.n)


def _truths(y: Array, scene: Scene) -> Array:
    if scene.task == "classes":
        return np.asarray(y).astype(np.int64) if y.ndim == 1 else (y[:, 0] > 0.5).astype(np.int64)
    return np.asarray(scene.source.data.in_units(np.asarray(y, np.float64)))


def _classes(source: Source) -> tuple[str, ...]:
    prepared = source.data.preparation
    found = tuple(map(str, prepared.target.classes)) if prepared else ()
    return found or ("0", "1")


def _others(hidden: int) -> str:
    if hidden == 1:
        return "The other input is at its mean."
    return f"The other {hidden} inputs are at their mean."


def _numbered(letter: str, n: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k + 1}" for k in range(n))


def _short(values: Any) -> Any:
    """Five digits are more than a screen has."""
    return np.vectorize(lambda v: float(f"{v:.5g}"), otypes=[float])(values).tolist() if np.size(
        values
    ) else []  # fmt: skip
