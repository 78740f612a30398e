"""What a drawing of a network's weights shows: which units, which lines, how wide, where.

The SVG and the matplotlib picture both draw a `Diagram`; only its numbers know the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError

UNITS = 12  # of a column that are drawn; of more, those with the largest weights
COLUMNS = 12  # of a network that are drawn; of more, the first and the last
STEP, WIDE, NARROW = 34, 210, 96  # pixels between units, and between columns: a few, many
RADIUS = 12
WIDEST = 8.0  # pixels of the line of a layer's largest weight, where there are few lines
FEW = 20  # lines; of more, each is narrower, so that their ink stays about the same
RIM = 4.0  # pixels of the rim of a layer's largest bias
FAINTEST = 0.35  # of a line whose weight is not 0: it has to be seen at all
LETTERS = 20  # of a name
LETTER = 7.2  # pixels, about
MARGIN = 40
TOP = 74.0  # of the units: above them stand the names of the layers

Params = Mapping[str, Array]


class Unit(NamedTuple):
    """A circle. Layer 0 holds the inputs; unit `number` of layer l + 1 is column `number` of l.W"""

    layer: int
    number: int
    x: float
    y: float
    name: str
    bias: float | None  # None: it has none
    rim: float  # pixels, from the bias


class Edge(NamedTuple):
    """A line of layer `layer`: its weight is l.W[start, end]."""

    layer: int
    start: Unit
    end: Unit
    weight: float
    size: float  # |weight| / the largest |weight| of the layer that is drawn
    width: float  # pixels, in proportion to it

    @property
    def sign(self) -> str:
        return "positive" if self.weight > 0 else "negative" if self.weight < 0 else "zero"

    @property
    def address(self) -> str:
        return f"{self.layer}.W[{self.start.number},{self.end.number}]"


class Diagram(NamedTuple):
    """A drawing of a network, in pixels, y downwards."""

    sizes: tuple[int, ...]
    columns: tuple[tuple[Unit, ...], ...]  # those that are drawn
    edges: tuple[Edge, ...]
    largest: dict[int, float]  # |weight| of the widest line of each drawn layer
    skipped: int  # layers in the middle that are not drawn
    width: float
    top: float  # of the units; above them stand the names of the layers
    floor: float  # below the units

    def x_of(self, layer: int) -> float:
        return next(column[0].x for column in self.columns if column[0].layer == layer)


def diagram(params: Params, inputs: Sequence[str] = (), outputs: Sequence[str] = ()) -> Diagram:
    """Lay out the network of these parameters: {"0.W": (fan_in, units), "0.b": ..., ...}.

    inputs, outputs: names of the first and of the last units; numbers without them.
    """
    weights = _weights(params)
    sizes = (len(weights[0]), *(W.shape[1] for W in weights))
    for what, names, size in (("inputs", inputs, sizes[0]), ("outputs", outputs, sizes[-1])):
        if names and len(names) != size:
            raise UsageError(
                "draw a network", f"{size} names of {what}", f"{len(names)}", "Or give none."
            )
    drawn = _layers(len(sizes))
    skipped = len(sizes) - len(drawn)
    shown = {l: strongest(weights, l) for l in drawn}
    columns = _columns(params, sizes, shown, (inputs, outputs))
    edges = [e for a, b in pairwise(columns) for e in _edges(weights, a, b)]
    right = max([MARGIN, *(_room(u.name) for u in columns[-1])]) + RADIUS
    floor = max(u.y for column in columns for u in column) + RADIUS
    return Diagram(
        sizes, columns, tuple(edges), {e.layer: _largest(edges, e.layer) for e in edges}, skipped,
        columns[-1][0].x + right, TOP, floor,
    )  # fmt: skip


def _weights(params: Params) -> list[Array]:
    weights: list[Array] = []
    while (W := params.get(f"{len(weights)}.W")) is not None:
        weights.append(np.nan_to_num(np.asarray(W, dtype=np.float64)))
    if not weights:
        raise UsageError(
            "draw a network", 'parameters named "0.W", "0.b", "1.W", ...',
            ", ".join(map(str, params)) or "none", "network.params has them.",
        )  # fmt: skip
    return weights


def _layers(count: int) -> list[int]:
    """The layers that are drawn: all, or the first and the last."""
    first = COLUMNS // 2
    return [l for l in range(count) if count <= COLUMNS or l < first or l >= count - first]


def strongest(weights: Sequence[Array], layer: int) -> list[int]:
    """The units of a layer to draw, in order: all, or those whose weights carry most.

    A unit's share is ‖its weights‖ / ‖the matrix‖, of the matrix before it and of the one after.
    """
    before = weights[layer - 1] if layer else None
    after = weights[layer] if layer < len(weights) else None
    size = len(after) if after is not None else before.shape[1]  # type: ignore[union-attr]
    if size <= UNITS:
        return list(range(size))
    shares = np.zeros(size)
    for W in (before.T if before is not None else None, after):
        if W is not None and W.any():
            scaled = W / np.abs(W).max()
            shares += np.sqrt((scaled**2).sum(axis=1) / (scaled**2).sum())
    return np.sort(np.argsort(-shares, kind="stable")[: UNITS - 1]).tolist()  # type: ignore[no-any-return]


def _columns(
    params: Params, sizes: Sequence[int], shown: Mapping[int, list[int]],
    names: tuple[Sequence[str], Sequence[str]],
) -> tuple[tuple[Unit, ...], ...]:  # fmt: skip
    gap = WIDE if len(shown) <= 4 else max(NARROW, 840 / len(shown))
    rows = max(len(units) + (len(units) < sizes[l]) for l, units in shown.items())
    named = [_unit_name(sizes, 0, n, names) for n in shown[0]]
    left = max([MARGIN, *map(_room, named)]) + RADIUS
    made = []
    for place, (l, units) in enumerate(shown.items()):
        tall = len(units) + (len(units) < sizes[l])  # the last line says how many are missing
        start = TOP + RADIUS + STEP * (rows - tall) / 2
        x = left + gap * place
        held = _rims(_biases(params, l, sizes[l]))
        made.append(
            tuple(
                Unit(l, n, x, start + STEP * k, _unit_name(sizes, l, n, names), *held[n])
                for k, n in enumerate(units)
            )
        )
    return tuple(made)


def _rims(biases: Sequence[float | None]) -> list[tuple[float | None, float]]:
    """Each bias, and the width of its unit's rim."""
    widest = max(abs(b or 0.0) for b in biases) or 1.0
    return [(b, RIM * abs(b or 0.0) / widest) for b in biases]


def _unit_name(
    sizes: Sequence[int], l: int, number: int, names: tuple[Sequence[str], Sequence[str]]
) -> str:
    """Of inputs and outputs, where they have names."""
    held = names[0] if l == 0 else names[1] if l == len(sizes) - 1 else ()
    name = " ".join(str(held[number]).split()) if held else ""
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 8].rstrip()}…{name[-7:].lstrip()}"


def _room(name: str) -> float:
    return LETTER * len(name) + 16


def _biases(params: Params, layer: int, size: int) -> list[float | None]:
    b = params.get(f"{layer - 1}.b")
    if b is None:
        return [None] * size
    held = np.broadcast_to(np.nan_to_num(np.asarray(b, np.float64)), (size,))
    return [float(value) for value in held]


def _edges(weights: Sequence[Array], before: Sequence[Unit], after: Sequence[Unit]) -> list[Edge]:
    """The lines between two columns, none where layers between them are not drawn."""
    l = before[0].layer
    if after[0].layer != l + 1:
        return []
    pairs = [(a, b, float(weights[l][a.number, b.number])) for a in before for b in after]
    largest = max(abs(w) for _, _, w in pairs) or 1.0
    widest = WIDEST * min(1.0, (FEW / len(pairs)) ** 0.5)
    return [Edge(l, a, b, w, abs(w) / largest, widest * abs(w) / largest) for a, b, w in pairs]


def _largest(edges: Sequence[Edge], layer: int) -> float:
    return max(abs(e.weight) for e in edges if e.layer == layer)
