"""The calls of a probe, in one way of driving a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.checker import probes
from chainrule.checker.forms.ways import Seen, Way, World, run
from chainrule.checker.observation import Layer
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array


def calls(way: Way, probe: Probe, other: int | None = None) -> Iterator[Seen]:
    """The calls of one probe: three on one state for "distinct"."""
    sizes = None
    if way.choosable:
        hidden = len(way.layout.places) - 1
        sizes = probes.sizes_of(probe, None, hidden, _ends(way, probe))
    k, n = (sizes or way.layout.sizes)[-1], (sizes or way.layout.sizes)[0]
    x, y = way.data.numbers(probe, n, k)
    if other is not None:  # other inputs, other targets, other weights
        x = x[::-1] * 0.5 if other == 0 else x
        y = y if other != 1 else np.roll(y, 1, axis=0) if k > 1 else 1 - y
    one = way.data.one or way.online
    first = slice(0, 1) if one else slice(None)
    world, way = world_of(way, probe, x[first], y[first], sizes)
    if other == 2:
        weights = way.layout.read(world.root)
        weights = tuple(Layer(W * 0.5, b if b is None else b * 0.5) for W, b in weights)
        world.root = way.layout.write(world.root, weights)
    for at in range(3 if probe.name == "distinct" else 1):
        here = slice(at % len(x), at % len(x) + 1) if one else slice(None)
        yield run(way, world, probe, x[here], y[here])


def world_of(way: Way, probe: Probe, x: Array, y: Array, sizes: Any) -> tuple[World, Way]:
    """A fresh state with the probe's weights in it, and the way with its sizes."""
    if sizes is None and way.choosable:
        sizes = way.layout.sizes
    world = way.make(sizes, way.data.x(x, y), way.data.y(x, y))
    way = way._replace(layout=way.layout.sized(world.root, sizes[0] if sizes else None))
    if way.layout.sizes[0] != x.shape[1] or way.layout.sizes[-1] != y.shape[1]:
        raise ValueError("the program has made other sizes of the data")
    weights = probes.weights(probe, way.layout.shapes(world.root))
    world.root = way.layout.write(world.root, weights)
    return world, way


def _ends(way: Way, probe: Probe) -> int:
    k = way.layout.sizes[-1]
    return probe.sizes[-1] if k > 1 else 1
