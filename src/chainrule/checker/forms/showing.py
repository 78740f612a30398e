"""Outputs, hidden activations and the loss, asked of the functions that show them."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms import chance, sight, tree, words
from chainrule.checker.forms.handing import kind_of_results, pool_of
from chainrule.checker.forms.limit import limited
from chainrule.checker.forms.plans import is_loss
from chainrule.checker.forms.program import Action
from chainrule.checker.forms.watch import Watch
from chainrule.checker.forms.ways import Way, World
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array


class Shown(NamedTuple):
    outputs: Array | None = None
    hidden: tuple[Array | None, ...] = ()
    loss: float | None = None
    loss_is: str = ""
    settings: dict[str, float] = {}  # noqa: RUF012


def shown_by(way: Way, world: World, probe: Probe, x: Array, y: Array) -> Shown:
    """What a copy of the world shows. The file's own variables are put back."""
    copied, kept = world, None
    if world.kind == "object":
        try:
            copied = world.like(copy.deepcopy(world.root))
        except Exception:
            return Shown()
    elif world.kind == "globals":
        kept = tree.Snapshot(world.root)
    try:
        return _shown(way, copied, probe, x, y)
    finally:
        if kept is not None:
            kept.restore()


def _shown(way: Way, world: World, probe: Probe, x: Array, y: Array) -> Shown:
    pool = pool_of(way, world, probe, x, y)
    results: list[tuple[Action, Any]] = []
    loss: tuple[float | None, str] = (None, "")
    chance.restore(way.program, world.chance, way.seed)
    with Watch(way.program.namespace) as watch, np.errstate(all="ignore"), limited():
        for action in way.shows:
            if lacks_answers(action, results):
                continue
            try:
                kind_of_results(pool, results, way, x)
                result = pool.call(action, world.target(action))
            except Exception:
                continue
            if not is_loss(action):
                results.append((action, result))
            elif loss[0] is None:
                loss = number(result), f"{'method' if action.owner else 'function'} {action.name}"
    view = sight.View(way.layout, x, y, results, [], watch, way.columns)
    loss = loss if loss[0] is not None else (None, "")
    return Shown(*sight.activations(view), *loss, pool.settings)


def lacks_answers(action: Action, results: list[tuple[Action, Any]]) -> bool:
    """A loss of answers that nothing has given."""
    alone = not action.owner and not action.takes(words.X | words.PARAMETERS)
    parts = any(words.parameter_role(name) for name in action.parameters())
    return is_loss(action) and alone and not parts and not results


def number(result: Any) -> float | None:
    found = tree.as_array(result)
    return float(found.ravel()[0]) if found is not None and found.size == 1 else None
