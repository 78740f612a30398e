"""Every number of a record by the name in its address: "1.z", "loss", "0.W.next", ..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import Disagreement, UsageError
from chainrule.records import StepRecord
from chainrule.spec import Spec
from chainrule.trace.expression import Leaf, Quantity

OF_A_ROW = {  # index 0: position
    "x", "y", "weight", "class_weight", "z", "a", "mask", "slope", "da", "dz", "dx",
}  # fmt: skip


def split(name: str) -> tuple[int | None, str]:
    """ "1.W.next" → (1, "W.next"), "loss" → (None, "loss")"""
    layer, dot, kind = name.partition(".")
    return (int(layer), kind) if dot else (None, name)


class Lookup:
    """A record's numbers by name, each found once."""

    def __init__(self, made: StepRecord) -> None:
        self.made = made
        self.spec: Spec = made.spec
        self.values = dict(_named(made))
        for name, one, other in _seams(made):
            if not np.array_equal(one, other, equal_nan=True):
                raise Disagreement(
                    f"explain {name} of step {made.t}",
                    "one number, however it is reached",
                    "two: what one part of the record hands on is not what the next one takes",
                    "The record was changed, or its engine has a mistake.",
                )

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def leaf(self, name: str, *index: int | str) -> Leaf:
        """One number of the record; a letter stands for all places of its axis."""
        places = tuple(slice(None) if isinstance(i, str) else i for i in index)
        return Leaf(Quantity(name, index), self.array(name, index)[places])

    def recorded(self, quantity: Quantity) -> Any:
        index: tuple[Any, ...] = quantity.place
        return self.array(quantity.name, index)[index]

    def array(self, name: str, index: tuple[Any, ...] = ()) -> Array:
        """The numbers of that name; `loss` with an index is the loss of each row."""
        return np.asarray(self.made.loss.per_row if name == "loss" and index else self.values[name])

    def has_own_grad(self, name: str) -> bool:
        """Whether the optimiser received something else than the gradient of the loss."""
        return has_own_grad(self.made, name)

    @property
    def rows(self) -> int:
        return len(self.made.batch.x)


def has_own_grad(made: StepRecord, name: str) -> bool:
    return made.clip_scale != 1 or name in made.penalty_grads


def _named(made: StepRecord) -> Iterator[tuple[str, Any]]:
    yield from (("x", made.batch.x), ("y", made.batch.y))
    counts = {"weight": made.batch.weight, "class_weight": made.batch.class_weight}
    yield from ((name, array) for name, array in counts.items() if array is not None)
    for l, layer in enumerate(made.layers):
        held = {"z": layer.z, "a": layer.a, "mask": layer.mask}
        yield from ((f"{l}.{kind}", v) for kind, v in held.items() if v is not None)
    yield from (("loss", made.loss.value), ("penalty", made.penalty))
    for l, layer in reversed(list(enumerate(made.layers))):
        held = {"da": layer.da, "slope": layer.z, "dz": layer.dz, "dW": layer.dW, "db": layer.db}
        held["dx"] = layer.dx
        if made.spec.layers[l].activation.slope is None:
            del held["slope"]
        yield from ((f"{l}.{kind}", v) for kind, v in held.items() if v is not None)
    yield "learning_rate", made.learning_rate
    if made.training.clip_norm is not None:
        yield "clip_scale", made.clip_scale
    for name, theta in made.before.params.items():
        yield from ((name, theta), (f"{name}.grad", made.grads[name]))
        for m in made.training.optimizer.keeps:
            if f"{name}.{m}" in made.before.memory:
                yield f"{name}.{m}", made.before.memory[f"{name}.{m}"]
        yield f"{name}.next", made.after.params[name]


def _seams(made: StepRecord) -> Iterator[tuple[str, Array, Array]]:
    """Where one part of a step hands its numbers to the next: both must hold the same."""
    below, layers = made.batch.x, made.layers
    for l, layer in enumerate(layers):
        yield f"x of layer {l}", layer.x, below
        below = layer.a
        above = layers[l + 1].dx if l + 1 < len(layers) else None
        if above is not None and layer.da is not None:
            yield f"{l}.da", layer.da, above
    last = len(layers) - 1
    handed = layers[last].dz if made.spec.loss.on == "z" else layers[last].da
    if handed is not None:
        yield f"{last}.d{made.spec.loss.on}", handed, made.loss.d
    for name, g in made.grads.items():
        at, kind = split(name)
        own = layers[at or 0].dW if kind == "W" else layers[at or 0].db
        if own is not None and not has_own_grad(made, name):
            yield f"{name}.grad", g, own


def position_of(made: StepRecord, sample: int) -> int:
    """Where a row of the training part stands in the batch."""
    places = np.flatnonzero(made.batch.rows == sample)
    if len(places) == 0:
        held = made.batch.rows.tolist()
        some = ", ".join(map(str, sorted(held)[:8])) + (", ..." if len(held) > 8 else "")
        raise UsageError(
            f"explain sample {sample}", f"a row of this step's batch: {some}", f"row {sample}",
            "Another step has other rows.",
        )  # fmt: skip
    return int(places[0])
