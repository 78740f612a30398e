"""Central differences of the program's own loss: no right answers, only what the file computes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.checker.forms import chance, sight, tree
from chainrule.checker.forms.handing import kind_of_results, pool_of, set_rate
from chainrule.checker.forms.limit import limited
from chainrule.checker.forms.outcome import attributes
from chainrule.checker.forms.plans import is_loss
from chainrule.checker.forms.program import Action
from chainrule.checker.forms.running import follow
from chainrule.checker.forms.showing import number
from chainrule.checker.forms.watch import Watch
from chainrule.checker.forms.ways import Seen, Way, World
from chainrule.checker.observation import Layer
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array

SECONDS = 0.3  # for the derivatives by all parameters
H, SMALL_H = 1e-4, 1e-6  # relative; the small one where a kink is near
SAME = 1e-9  # relative: the loss is the one that was seen
Layers = tuple[Layer, ...]
Loss = Callable[[Layers], float | None]


def numeric(way: Way, world: World, probe: Probe, seen: Seen) -> Layers | None:
    """dL/dW and dL/db of the loss seen in a call, by differences; None where it can't be had.

    world: a fresh one of that call's probe.
    """
    if seen.call.loss is None or any(W.dtype == np.float32 for W, _ in seen.call.before):
        return None
    kept = tree.Snapshot(world.root) if world.kind == "globals" else None
    set_rate(world, probe.learning_rate)  # as in the call: it may be another number's name
    try:
        with limited(4 * SECONDS), np.errstate(all="ignore"), contextlib.suppress(Exception):
            return _differences(_loss_at(way, world, probe, seen), seen)
        return None
    finally:
        if kept is not None:
            kept.restore()


def _differences(loss: Loss, seen: Seen) -> Layers | None:
    call = seen.call
    if not _same(loss(call.before), call.loss):
        return None
    each = min(_timed(loss, call.before) for _ in range(3))
    count = sum(p.size for layer in call.before for p in layer if p is not None)
    if 4 * count * each > SECONDS:
        return None
    layers = [Layer(W.copy(), None if b is None else b.copy()) for W, b in call.before]
    slopes = [[None if p is None else _slopes(loss, layers, p) for p in layer] for layer in layers]
    found = tuple(Layer(W, b) for W, b in slopes if W is not None)
    if not any(layer.W.any() for layer in found):
        return None  # not a loss of these weights
    return found if _same(loss(call.before), call.loss) else None


def _timed(loss: Loss, layers: Layers) -> float:
    begun = time.process_time()
    loss(layers)
    return time.process_time() - begun


def _same(one: float | None, other: float | None) -> bool:
    return (
        one is not None
        and other is not None
        and bool(np.isfinite(one))
        and abs(one - other) <= SAME * max(1.0, abs(other))
    )


def _slopes(loss: Loss, layers: list[Layer], p: Array) -> Array:
    """The derivative by every number of one array of the layers."""
    found = np.zeros(p.shape)
    for at in np.ndindex(p.shape):
        h = H * max(1.0, abs(float(p[at])))
        coarse, fine = (_central(loss, layers, p, at, step) for step in (h, h / 2))
        kink = abs(coarse - fine) > 1e-5 * max(1e-2, abs(fine))
        found[at] = (4 * fine - coarse) / 3
        if kink:
            found[at] = _central(loss, layers, p, at, SMALL_H * h / H)
    return found


def _central(loss: Loss, layers: list[Layer], p: Array, at: Any, step: float) -> float:
    old, ends = p[at], []
    for to in (old + step, old - step):
        p[at] = to
        ends.append(loss(tuple(layers)))
    p[at] = old
    high, low = ends
    if high is None or low is None:
        raise ValueError("no loss")
    return (high - low) / (2 * step)


# ------------------------------------------------------------------------------- the loss again


def _loss_at(way: Way, world: World, probe: Probe, seen: Seen) -> Loss:
    """The loss for other weights, had in the way in which it was seen."""
    x, y = seen.call.x, seen.call.y
    how, _, name = seen.loss_is.partition(" ")

    def by_function(layers: Layers) -> float | None:
        world.root = way.layout.write(world.root, layers)
        pool = pool_of(way, world, probe, x, y)
        chance.restore(way.program, world.chance, way.seed)
        results: list[tuple[Action, Any]] = []
        for action in _until(way.shows, name):
            with contextlib.suppress(*(() if action.name == name else (Exception,))):
                kind_of_results(pool, results, way, x)
                results.append((action, pool.call(action, world.target(action))))
        return number(results[-1][1])

    def by_plan(layers: Layers) -> float | None:
        world.root = way.layout.write(world.root, layers)
        world.kept, world.steps = {}, 1
        pool = pool_of(way, world, probe, x, y)
        chance.restore(way.program, world.chance, way.seed)
        watch = Watch(way.program.namespace)
        with watch if how == "variable" else contextlib.nullcontext():
            results = follow(way, world, pool, x)
        view = sight.View(way.layout, x, y, results, attributes(way, world), watch)
        return sight.loss(view)[0]

    return by_function if how in ("function", "method") else by_plan


def _until(shows: tuple[Action, ...], name: str) -> list[Action]:
    """Functions that show answers, and the one that shows the loss."""
    wanted = [a for a in shows if a.name == name]
    return [*(a for a in shows if not is_loss(a)), *wanted[:1]]
