"""Outputs, hidden activations and losses among everything a call showed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms import tree, words
from chainrule.checker.forms.calling import named_result
from chainrule.checker.forms.parameters import Layout
from chainrule.checker.forms.program import Action
from chainrule.checker.forms.tree import Leaf
from chainrule.checker.forms.watch import Watch
from chainrule.core.dense import Array


class View(NamedTuple):
    layout: Layout
    x: Array
    y: Array
    results: list[tuple[Action, Any]]
    attributes: list[Leaf]
    watch: Watch
    columns: bool = False  # the samples are columns, where shapes leave that open

    def leaves(self) -> list[Leaf]:
        """Everything, the most telling last."""
        found = [*self.attributes, *self.watch.leaves()]
        for action, result in self.results:
            if not action.does(words.BACKWARD):
                found += tree.leaves(named_result(action, result))
        return [leaf for leaf in found if leaf.value.dtype.kind == "f"]


_HIDDEN = {"a", "h", "hidden", "activations", "activation", "layer", "output", "outputs", "out",
           "al", "cache", "o", "act", "acts"}  # fmt: skip


def activations(view: View) -> tuple[Array | None, tuple[Array | None, ...]]:
    """(outputs (m, outputs), the hidden layers' activations), ours."""
    leaves = view.leaves()
    outputs = None
    for leaf in leaves:
        if words.is_(leaf.name, words.OUTPUTS) or _activation(leaf, len(view.layout.sizes) - 1):
            found = rows(leaf.value, view, view.layout.sizes[-1])
            outputs = found if found is not None else outputs
    if outputs is None and view.results and view.results[0][0].does(words.FORWARD):
        for leaf in tree.leaves(named_result(*view.results[0]))[:1]:
            outputs = rows(leaf.value, view, view.layout.sizes[-1])
    hidden: list[Array | None] = []
    for at, units in enumerate(view.layout.sizes[1:-1], start=1):
        fitting = [
            found
            for leaf in leaves
            if _activation(leaf, at) and (found := rows(leaf.value, view, units)) is not None
        ]
        hidden.append(fitting[-1] if fitting else None)
    return outputs, tuple(hidden)


def _activation(leaf: Leaf, at: int) -> bool:
    """a1, A1, hidden, h, layer_1, activations[1] ...: named for the layer, or for none."""
    found = words.tokens(leaf.name)
    numbers = [int(t) for t in found if t.isdigit()]
    numbers += [key for key in leaf.path if isinstance(key, int)]
    named = bool(found) and found[0] in _HIDDEN and not {"input", "d", "delta", "error"} & {*found}
    return named and (not numbers or at in (numbers[-1], numbers[-1] + 1))


def rows(value: Array, view: View, units: int) -> Array | None:
    """An array of theirs as (m, units), or None where it can't be one."""
    m = len(view.x)
    if value.shape == (m, units):
        return value.T.copy() if view.columns and m == units else value
    if value.shape == (units, m):
        return value.T.copy()
    if value.size == m * units and (m == 1 or units == 1 or value.ndim == 3):
        return value.reshape(m, units)
    return None


WEAK = {"error", "errors", "err", "e", "l", "c", "j", "nll", "obj", "losses", "costs"}


def loss(view: View) -> tuple[float | None, str]:
    """(the loss, how it was had). A sum of a unit's errors, or a gradient of size one, is none."""
    for action, result in reversed(view.results):
        named = named_result(action, result)
        for name, value in named.items():
            if (found := scalar(value)) is not None and words.is_(name, words.LOSS):
                return found, "returned"
        scalars = [
            n for name, v in named.items() if _nameless(name) and (n := scalar(v)) is not None
        ]
        if len(scalars) == 1 and view.layout.sizes[-1] * len(view.x) > 1:
            return scalars[0], "returned"
    for leaf in reversed([*view.attributes, *view.watch.leaves()]):
        strong = words.is_(leaf.name, words.LOSS) and leaf.name.strip("_") not in WEAK
        if leaf.value.size == 1 and strong and len(leaf.path) == 1:
            return float(leaf.value.ravel()[0]), f"variable {leaf.name}"
    return None, ""


def scalar(value: Any) -> float | None:
    """A single number, as such; (1,) and (1, 1) may be gradients of a bias."""
    if tree.is_number(value) or (isinstance(value, np.ndarray) and value.shape == ()):
        return float(value)
    return None


def _nameless(name: str) -> bool:
    """Nothing is told of what it is: 0, total, value."""
    return not (
        words.parameter_role(name) or words.of_gradient(name) or name in ("acc", "accuracy")
    )


def seen(view: View) -> dict[str, Array]:
    """Arrays by the learner's own names."""
    found = view.watch.named()
    for leaf in view.attributes:
        if leaf.value.dtype.kind == "f":
            name = "".join(f".{k}" if isinstance(k, str) else f"[{k}]" for k in leaf.path)
            found.setdefault(name.lstrip("."), leaf.value)
    return found
