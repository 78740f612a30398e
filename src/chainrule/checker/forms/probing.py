"""The calls of a probe, in one way of driving a program."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any

import numpy as np

from chainrule.checker import probes
from chainrule.checker.forms import own_rows
from chainrule.checker.forms.calling import Unbound
from chainrule.checker.forms.chains import resized
from chainrule.checker.forms.epochs import Part, counts_epochs, later
from chainrule.checker.forms.gradients import Misshapen
from chainrule.checker.forms.program import Program
from chainrule.checker.forms.running import run
from chainrule.checker.forms.showing import shown_by
from chainrule.checker.forms.ways import Seen, Way, World
from chainrule.checker.observation import Layer
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array

Layers = tuple[Layer, ...]


def calls(way: Way, probe: Probe, other: int | None = None) -> Iterator[Seen]:
    """The calls of one probe: three on one state for "distinct"."""
    world, way, x, y = begun(way, probe, other)
    one = way.data.one or way.online
    part = Part() if counts_epochs(way) else None
    for at in range(3 if probe.name == "distinct" else 1):
        here = slice(at % len(x), at % len(x) + 1) if one else slice(None)
        seen = run(way, world, probe, x[here], y[here], part)
        yield seen
        if part and probe.name == "distinct" and at == 0:
            more = later(seen, partial(_epoch, way, probe))
            yield from more
            if more:
                return
            world, way, x, y = begun(way, probe, other)
            run(way, world, probe, x, y, part)


def _epoch(way: Way, probe: Probe, epochs: int, before: Layers) -> Seen:
    """The last of so many epochs from the probe's weights."""
    world, way, x, y = begun(way, probe)
    world.root = way.layout.write(world.root, before)
    world.steps = 1
    shown = shown_by(way, world, probe, x, y) if way.shows else None
    world, way, x, y = begun(way, probe)
    return run(way, world, probe, x, y, Part(epochs, before, shown))


def begun(
    way: Way, probe: Probe, other: int | None = None
) -> tuple[World, Way, Array, Array]:  # fmt: skip
    """The state before the calls of a probe, and its data. other: with one thing changed."""
    sizes = None
    if way.choosable:
        hidden = len(way.layout.places) - 1
        sizes = probes.sizes_of(probe, None, hidden, _ends(way, probe))
    k, n = (sizes or way.layout.sizes)[-1], (sizes or way.layout.sizes)[0]
    x, y = way.data.numbers(probe, n, k)
    if other is not None:  # other inputs, other targets, other weights
        x = x[::-1] * 0.5 if other == 0 else x
        y = y if other != 1 else np.roll(y, 1, axis=0) if k > 1 else 1 - y
    first = slice(0, 1) if way.data.one or way.online else slice(None)
    world, way = world_of(way, probe, x[first], y[first], sizes)
    if other == 2:
        weights = way.layout.read(world.root)
        weights = tuple(Layer(W * 0.5, b if b is None else b * 0.5) for W, b in weights)
        world.root = way.layout.write(world.root, weights)
    return world, way, x, y


def told(error: BaseException, program: Program) -> str:
    """ "ValueError in line 12: shapes (7,5) and (4,5) not aligned" """
    lines = []
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_globals is program.namespace:
            lines.append(at.tb_lineno)
        at = at.tb_next
    where = f" in line {lines[-1]}" if lines else ""
    if isinstance(error, Unbound):
        return f"nothing is known to go into the argument {error}"
    if isinstance(error, Misshapen):
        return str(error)
    return f"{type(error).__name__}{where}: {error}"


def world_of(way: Way, probe: Probe, x: Array, y: Array, sizes: Any) -> tuple[World, Way]:
    """A fresh state with the probe's weights in it, and the way with its sizes."""
    if sizes is None and way.choosable:
        sizes = way.layout.sizes
    world = way.make(sizes, way.data.x(x, y), way.data.y(x, y))
    way = way._replace(layout=resized(way.layout, world.root, sizes[0] if sizes else None))
    if way.layout.sizes[0] != x.shape[1] or way.layout.sizes[-1] != y.shape[1]:
        raise ValueError("the program has made other sizes of the data")
    world.rows_in_all = own_rows.keep(way.program, world.root, way.plan, len(x))
    weights = _weights(probe, tuple(way.layout.shapes(world.root)))
    world.root = way.layout.write(world.root, weights)
    return world, way


@lru_cache(maxsize=64)
def _weights(probe: Probe, shapes: tuple[tuple[tuple[int, int], int | None], ...]) -> Layers:
    return probes.weights(probe, [*shapes])


def _ends(way: Way, probe: Probe) -> int:
    k = way.layout.sizes[-1]
    return probe.sizes[-1] if k > 1 else 1
