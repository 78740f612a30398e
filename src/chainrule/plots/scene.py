"""What the pictures read of the data: rows in the source's own units, names, at most 2,000 rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.data.parts import Data
from chainrule.data.preparation import Preparation
from chainrule.engine.protocol import Arrays, rows_of
from chainrule.network import Network
from chainrule.spec import Spec

DRAWN = 2000  # rows of a part that are drawn; more are sampled
SMALL = 16  # answers that are shown one by one
SMALLEST = 6  # pixels on a side: less is no picture
ALIKE = 0.1  # by how much neighbouring pixels correlate more than any two
WORK = 2e9  # multiplications that the maps of one picture or film may take
ACTIVATION = 25  # multiplications that take as long as one activation
AT_ONCE = 2**21  # numbers in the widest layer while a map is computed


class Points(NamedTuple):
    """The drawn rows of one part."""

    x: Array  # (m, inputs)   in the source's units
    y: Array  # (m,) whole numbers for classes, else (m, outputs)
    rows: int  # that the part has

    @property
    def sampled(self) -> bool:
        return len(self.x) < self.rows


@dataclass(frozen=True)
class Scene:
    """Data as a picture sees it."""

    columns: tuple[str, ...]
    classes: tuple[str, ...]  # empty where the answers are numbers
    targets: tuple[str, ...]  # names of the numbers; ("class",) for classes
    train: Points
    other: Points | None  # the test part, or else the validation part
    other_name: str
    preparation: Preparation | None

    @classmethod
    def of(cls, data: Data) -> Scene:
        target = data.preparation.target if data.preparation else None
        train = _points(data.train, data)
        other = data.test or data.validation
        columns = tuple(f"x{k + 1}" for k in range(train.x.shape[1]))
        classes: tuple[str, ...] = ()
        if data.task == "classes" and target:
            classes = tuple(map(str, target.classes))
            classes += ("no class",) * (2 - len(classes))
            targets: tuple[str, ...] = target.names or ("class",)
        else:
            targets = tuple(f"y{k + 1}" for k in range(train.y.shape[1]))
            targets = target.names if target and target.names else targets
        return cls(
            tuple(c.name for c in data.preparation.inputs) if data.preparation else columns,
            classes, targets, train, _points(other, data) if other else None,
            "test" if data.test else "validation", data.preparation,
        )  # fmt: skip

    @property
    def inputs(self) -> int:
        return int(self.train.x.shape[1])

    @property
    def kind(self) -> str:
        """Which picture suits: "plane" "line" "rows", or "many" rows of many inputs."""
        single = bool(self.classes) or self.train.y.shape[1] == 1
        if single and self.inputs == 2 and self.train.rows > 1:
            return "plane"
        if single and self.inputs == 1 and self.train.rows > 1:
            return "line"
        answers = 1 if self.classes else self.train.y.shape[1]
        return "rows" if self.train.rows * answers <= SMALL else "many"

    @cached_property
    def image(self) -> tuple[int, int] | None:
        """(side, side) where the inputs are likely to be the pixels of a square image.

        Their number is a square, and neighbours to the right and below are alike: they correlate
        more than two pixels anywhere do.
        """
        side = math.isqrt(self.inputs)
        if side < SMALLEST or side * side != self.inputs or len(self.train.x) < 2:
            return None
        with np.errstate(all="ignore"):
            x = self.train.x - self.train.x.mean(axis=0)
            deviation = x.std(axis=0)
            x = (x / np.where(deviation > 0, deviation, 1)).reshape(-1, side, side)
            right, below = x[:, :, 1:] * x[:, :, :-1], x[:, 1:] * x[:, :-1]
            near = float((right.mean() + below.mean()) / 2)
            every, own = x.sum(axis=(1, 2)) ** 2, (x**2).sum(axis=(1, 2))
            far = float((every - own).mean() / self.inputs**2)
        return (side, side) if near - far > ALIKE else None

    @cached_property
    def scaled(self) -> Array:
        """The drawn training rows as the network takes them."""
        return self.prepared(self.train.x)

    def prepared(self, x: Array) -> Array:
        return self.preparation.scaled(x) if self.preparation else x

    def outputs(self, network: Network, x: Array) -> Array:
        """What the network answers (n, outputs) for rows it takes, in the target's own units."""
        a = outputs(network, x)
        return self.preparation.target.raw(a) if self.preparation else a

    def class_name(self, k: int) -> str:
        """The name of class k; a bare number is called "class 0"."""
        name = self.classes[k] if k < len(self.classes) else str(k)
        return name if any(c.isalpha() for c in name) else f"class {name}"

    @property
    def both(self) -> tuple[Points, ...]:
        return (self.train, self.other) if self.other else (self.train,)


def side_for(spec: Spec, maps: int, *, most: int) -> int:
    """The side of the grid of a map: fewer points for a large network, and for many maps."""
    work = maps * (spec.parameters + ACTIVATION * sum(spec.sizes[1:]))
    return int(np.clip(np.sqrt(WORK / work), 32, most))


def outputs(network: Network, x: Array) -> Array:
    """The network's outputs (n, outputs), float64, for rows it takes; NaN where there is none."""
    rows = max(1, AT_ONCE // max(network.spec.sizes))
    with np.errstate(all="ignore"):
        parts = [network.forward(x[k : k + rows]) for k in range(0, len(x), rows)]
        return np.concatenate(parts).astype(np.float64)


def shares(a: Array) -> Array:
    """Outputs as a share for each class (n, classes): one output is the second class's."""
    return np.column_stack([1 - a[:, 0], a[:, 0]]) if a.shape[1] == 1 else a


def _points(part: Arrays, data: Data) -> Points:
    """A part's rows, or a sample of them that is the same each time, in the part's order."""
    if part.n > DRAWN:
        mixed = np.argsort(random.words(random.stream(0, random.DATA), part.n), kind="stable")
        x, y, _ = rows_of(part, np.sort(mixed[:DRAWN]))
    else:
        x, y, _ = part.block(0, part.n)
    x = np.asarray(x, dtype=np.float64)
    if data.preparation:
        x = data.preparation.unscaled(x)
    return Points(x, truths(data.in_units(np.asarray(y)), data.task), part.n)


def truths(y: Array, task: str) -> Array:
    """Classes as whole numbers (m,), whether they are labels, 0/1 or one-hot; numbers (m, k)."""
    if task != "classes":
        return y.reshape(len(y), -1).astype(np.float64)
    if y.ndim == 2:
        y = y[:, 0] >= 0.5 if y.shape[1] == 1 else y.argmax(axis=1)
    return y.astype(np.int64)
