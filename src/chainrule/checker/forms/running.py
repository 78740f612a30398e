"""One call of a plan, and what it showed."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from chainrule.checker.forms import chance, sight
from chainrule.checker.forms.calling import Pool, Unbound
from chainrule.checker.forms.epochs import Part, lasting, whole_batches
from chainrule.checker.forms.handing import (
    changed,
    kind_of_results,
    pool_of,
    rate_of,
    set_rate,
)
from chainrule.checker.forms.limit import limited
from chainrule.checker.forms.outcome import attributes, grown, misshapen, understood
from chainrule.checker.forms.program import Action
from chainrule.checker.forms.showing import Shown, shown_by
from chainrule.checker.forms.watch import Watch
from chainrule.checker.forms.ways import Seen, Way, World, whole
from chainrule.checker.observation import Call
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array


def run(way: Way, world: World, probe: Probe, x: Array, y: Array, part: Part | None = None) -> Seen:
    """One call of the plan under watch. What it raises is the learner's."""
    world.steps += 1
    pool = pool_of(way, world, probe, x, y)
    given = {"x": copy.deepcopy(pool.x), "y": copy.deepcopy(pool.y)}
    rate_set = set_rate(world, probe.learning_rate)
    handed = way.layout.read(world.root)
    before = (part and part.before) or handed
    shown = (part and part.shown) or _shown(way, world, probe, x, y)
    pool.epochs = part.epochs if part else 1
    results, watch = _watched(way, world, pool, x)
    if world.kind in ("container", "parts") and not pool.took_parameters:
        raise Unbound("the parameters")
    world.kept = {k: v for k, v in pool.results.items() if not isinstance(v, float)}
    loose = part is not None and whole_batches(way, watch, len(x), part)
    after, found = understood(way, world, handed, results, watch, None if loose else before)
    view = sight.View(way.layout, x, y, results, attributes(way, world), watch, way.columns)
    outputs, hidden = sight.activations(view)
    if part and shown.outputs is not None:  # what it saw last may be of the weights afterwards
        outputs, hidden = shown.outputs, shown.hidden
    call = Call(
        probe.name, x, y, before, found, after,
        probe.learning_rate if rate_set or pool.took_rate else rate_of(way, world),
        shown.outputs if outputs is None else outputs, None,
        hidden=hidden if any(h is not None for h in hidden) else shown.hidden,
        rows_in_all=pool.rows_in_all,
        changed=changed(given, pool), warnings=watch.warnings, seen=sight.seen(view),
    )  # fmt: skip
    loss, loss_is = _loss(view, shown, stepped=after is not None)
    settings = {**shown.settings, **pool.settings}
    lacking = found is None or not whole(found, before)
    return Seen(
        call._replace(loss=loss), settings, rate_set or pool.took_rate, loss_is,
        dict(watch.counts),
        odd=grown(way, world, before) or (misshapen(way, world, results, watch) if lacking else ""),
    )  # fmt: skip


def _shown(way: Way, world: World, probe: Probe, x: Array, y: Array) -> Shown:
    return shown_by(way, world, probe, x, y) if way.shows and world.steps == 1 else Shown()


def _loss(view: sight.View, shown: Shown, *, stepped: bool) -> tuple[float | None, str]:
    """What was returned, before what is shown; but a step may return the loss after it."""
    loss, loss_is = sight.loss(view)
    if shown.loss is None or (loss_is == "returned" and not stepped):
        return loss, loss_is
    return shown.loss, shown.loss_is


def _watched(
    way: Way, world: World, pool: Pool, x: Array
) -> tuple[list[tuple[Action, Any]], Watch]:
    chance.restore(way.program, world.chance, way.seed)
    lasts, silent = lasting(way.program, pool.epochs), np.errstate(all="warn")
    with lasts, limited(), Watch(way.program.namespace) as watch, silent:
        return follow(way, world, pool, x), watch


def follow(way: Way, world: World, pool: Pool, x: Array) -> list[tuple[Action, Any]]:
    """The calls of the plan, one after the other."""
    results: list[tuple[Action, Any]] = []
    for stage, action in enumerate(way.plan):
        kind_of_results(pool, results, way, x)
        try:
            results.append((action, pool.call(action, world.target(action))))
        except Exception as error:
            error.stage = stage  # type: ignore[attr-defined]
            raise
    return results
