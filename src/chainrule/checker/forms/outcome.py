"""What a call has given: gradients, and the weights afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.checker.forms import gradients, tree, words
from chainrule.checker.forms.calling import named_result
from chainrule.checker.forms.program import Action
from chainrule.checker.forms.tree import Leaf
from chainrule.checker.forms.watch import Watch
from chainrule.checker.forms.ways import Way, World, moved, whole
from chainrule.checker.observation import Layer


def understood(
    way: Way,
    world: World,
    before: tuple[Layer, ...],
    results: list[tuple[Action, Any]],
    w: Watch,
    since: tuple[Layer, ...] | None,
) -> tuple[tuple[Layer, ...] | None, Any]:
    """(the weights afterwards, the gradients), where the call shows them.

    since: the weights from which the last step went along the gradients; None: they are of the
    whole batch in any case, and the step may go elsewhere.
    """
    now = way.layout.read(world.root)
    after = now if moved(before, now) else None
    new = None if after or world.kind in ("object", "globals") else replaced(way, world, results)
    if new is not None:
        world.root = new
        after = way.layout.read(new)
    found = None
    for action, result in reversed(results):
        if new is not None and action is results[-1][0] and len(results) > 1:
            continue
        bag = tree.leaves(named_result(action, result))
        plain = action.does(words.BACKWARD) or not (way.steps or after)
        found = gradients.among(bag, way.layout, world.root, named=not plain or new is not None)
        if found:
            break
    pools = (attributes(way, world), w.leaves())
    for leaves in pools if not found else ():
        found = found or gradients.among(leaves, way.layout, world.root)
        lacking = found and after and not whole(found, before)
        local = leaves is pools[1] and found and after
        if lacking or (local and since and not _moves(since, after, found)):
            found = None  # the step shows more
    return after or (now if way.steps else None), found


def _moves(before: tuple[Layer, ...], after: Any, found: Any) -> bool:
    """The step goes along these numbers; else they may be one sample's."""
    for old, new, gradient in zip(before, after, found, strict=True):
        step, g = (old.W - new.W).ravel(), gradient.W.ravel()
        if step.shape != g.shape or not np.isfinite(step).all() or not g.any():
            continue
        if not np.allclose(step, g * (step @ g) / (g @ g), rtol=1e-6, atol=1e-9):
            return False
    return True


def misshapen(
    way: Way, world: World, results: list[tuple[Action, Any]], w: Watch
) -> str:  # fmt: skip
    """ "the gradient of W2 has shape (6, 4), W2 has (5, 4)", where one has another shape."""
    bags = [tree.leaves(named_result(a, r)) for a, r in results if a.does(words.BACKWARD)]
    for bag, named in (*((bag, False) for bag in bags[-1:]), (attributes(way, world), True)):
        told = gradients.misshapen(bag, way.layout, world.root, named=named)
        if told:
            return told
    return ""


def grown(way: Way, world: World, before: tuple[Layer, ...]) -> str:
    """ "b1 has grown from (5,) to (5, 7)" in the step, where it has."""
    now = way.layout.read(world.root)
    for old, new, place in zip(before, now, way.layout.places, strict=True):
        if old.b is not None and new.b is None and place.b is not None:
            shape = place.b.get(world.root).shape
            return f"{place.b.name or 'b'} has {old.b.shape}, after the step it has {shape}"
    return ""


def replaced(way: Way, world: World, results: list[tuple[Action, Any]]) -> Any:
    """New parameters among what was returned, in the container they were in; None: none."""
    action, result = results[-1]
    names = named_result(action, result)
    if world.kind == "parts":
        if all(name in names for name in world.root):
            return {name: names[name] for name in world.root}
        parts = list(result) if isinstance(result, tuple | list) else []
        shapes = [np.shape(v) for v in world.root.values()]
        if way.steps and [np.shape(v) for v in parts[: len(shapes)]] == shapes:
            return dict(zip(world.root, parts, strict=False))
        return None
    if not (way.steps or (names.keys() & words.PARAMETERS and not action.does(words.BACKWARD))):
        return None
    gradients = {n for n in names if words.is_(n, words.GRADIENTS) or words.of_gradient(n)}
    parts = [v for n, v in names.items() if n not in gradients]
    for part in [result, *parts] if isinstance(result, tuple) else parts:
        if type(part) is not type(world.root):
            continue
        try:
            layers = way.layout.read(part)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            continue
        fits = zip(layers, way.layout.read(world.root), strict=True)
        if all(one.W.shape == two.W.shape for one, two in fits):
            return part
    return None


def attributes(way: Way, world: World) -> list[Leaf]:
    """The numbers an object, or the module, holds after a call."""
    if world.kind == "object":
        return tree.leaves(world.root)
    if world.kind == "globals":
        return tree.leaves(world.root)
    return []
