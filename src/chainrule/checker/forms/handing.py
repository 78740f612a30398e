"""What is handed to a learner's functions: the numbers of a probe, in their forms."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.checker.forms import tree, words
from chainrule.checker.forms.calling import Pool
from chainrule.checker.forms.program import Action
from chainrule.checker.forms.ways import Way, World
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array

OF_A_CURVE = r"alpha \* \(?np\.exp|alpha \* z|alpha \* x\b"  # an ELU's α, a leaky ReLU's


def pool_of(way: Way, world: World, probe: Probe, x: Array, y: Array) -> Pool:
    pool = Pool(way.program, way.layout.sizes)
    pool.x, pool.y = way.data.x(x, y), way.data.y(x, y)
    pool.pairs = way.data.pairs(x, y)
    pool.rows, pool.rate, pool.steps = len(x), probe.learning_rate, world.steps
    pool.rows_in_all = world.rows_in_all
    world.give(pool)
    moments = ("v", "s", "m", "velocity", "t", "memory", "state")
    pool.results = {k: v for k, v in world.kept.items() if k.lower() in moments}
    return pool


def kind_of_results(pool: Pool, results: list[tuple[Action, Any]], way: Way, x: Array) -> None:
    """Sort what came back into outputs, caches and gradients, for arguments of such names."""
    if not results:
        return
    action, result = results[-1]
    parts = result if isinstance(result, tuple) else (result,)
    if action.does(words.BACKWARD):
        pool.of_kind["gradients"] = result
        return
    for part in parts:
        if isinstance(part, np.ndarray) and way.layout.sizes[-1] in part.shape:
            pool.of_kind["outputs"] = part
        elif isinstance(part, dict | list | tuple):
            pool.of_kind["cache"] = part
            if isinstance(part, dict):
                pool.results = {**{k: v for k, v in part.items() if isinstance(k, str)},
                                **pool.results}  # fmt: skip


def set_rate(world: World, rate: float) -> bool:
    """Set an attribute or a constant that is the learning rate."""
    if world.kind == "object":
        holder = vars(world.root) if hasattr(world.root, "__dict__") else {}
    else:
        holder = world._program.namespace
    done = False
    of_curve = world._program.smells_of(OF_A_CURVE)
    for name, value in list(holder.items()):
        if name == "alpha" and of_curve:
            continue
        if words.is_(name, words.RATE) and tree.is_number(value) and value > 0:
            if world.kind == "object":
                setattr(world.root, name, rate)
            else:
                holder[name] = rate
            done = True
    if world.kind == "object" and not done:
        return set_rate(World(None, "globals", world._program), rate)
    return done


def rate_of(way: Way, world: World) -> float | None:
    """A learning rate written as a default or a constant."""
    for action in way.plan:
        for name, p in action.parameters().items():
            if words.is_(name, words.RATE) and tree.is_number(p.default):
                return float(p.default)
    return None


def changed(given: dict[str, Any], pool: Pool) -> tuple[str, ...]:
    now = {"x": pool.x, "y": pool.y}
    return tuple(n for n in given if not _same(given[n], now[n]))


def _same(one: Any, two: Any) -> bool:
    try:
        return bool(np.array_equal(np.asarray(one), np.asarray(two), equal_nan=True))
    except (ValueError, TypeError):
        return True
