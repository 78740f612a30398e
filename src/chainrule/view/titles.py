"""What a number of a derivation is called: in a heading, and in a word under a formula.

Layers count from 1 in words, as in `chainrule explain`; units, inputs and points from 0, as in
their addresses.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.records import StepRecord
from chainrule.trace.expression import Leaf, Quantity
from chainrule.trace.lookup import OF_A_ROW, split
from chainrule.view.words import lowered

TITLES = {  # with the place of a unit in {unit}, and of a weight's other end in {below}
    "W": "Weight from {below} to {unit}", "b": "Bias of {unit}", "z": "Sum into {unit}",
    "a": "Answer of {unit}", "slope": "Slope of {unit}", "dz": "Delta of {unit}",
    "da": "What comes back to {unit}", "dx": "What goes back to {below}",
    "dW": "The gradient", "db": "The gradient", "grad": "The gradient, all in all",
    "next": "The update", "mask": "Dropout of {unit}",
    "m": "Memory of gradients, before this step", "v": "Memory of squares, before this step",
}  # fmt: skip
WORDS = {
    "W": "weight", "b": "bias", "z": "sum", "a": "answer", "slope": "slope", "dz": "delta",
    "da": "comes back", "dx": "goes back", "dW": "gradient", "db": "gradient", "grad": "gradient",
    "next": "new", "mask": "dropout", "m": "old memory", "v": "old memory", "y": "truth",
    "loss": "error", "learning_rate": "rate", "base_rate": "first rate", "l1": "L1", "l2": "L2",
    "eps": "against 0 below", "beta": "is kept", "beta1": "is kept", "beta2": "is kept",
    "n": "points", "t": "step", "clip_scale": "clipping",
}  # fmt: skip
GIVEN = {
    "loss": "The error", "penalty": "The penalty", "learning_rate": "The rate",
    "clip_scale": "The clipping", "class_weight": "The weight of its class",
}  # fmt: skip
ON_THE_WAY = {  # numbers with a letter and no address
    "m": ("Memory of gradients, after this step", "memory"),
    "v": ("Memory of squares, after this step", "memory"),
    "m̂": ("Corrected memory of gradients", "memory"),
    "v̂": ("Corrected memory of squares", "memory"),
    "‖g‖": ("The length of all gradients", "length"),
    "slope of the penalty": ("The pull of the penalty", "penalty"),
}  # fmt: skip


class Names:
    """Words for the numbers of one step. noun: what a row is called."""

    def __init__(self, made: StepRecord, inputs: Sequence[str], noun: str = "point") -> None:
        self.made, self.inputs, self.noun = made, inputs, noun

    def title(self, quantity: Quantity) -> str:
        """Answer of unit 2, layer 1"""
        layer, kind = split(quantity.name)
        place = quantity.place
        if layer is None:
            return self._given(kind, quantity)
        kind = kind.rpartition(".")[2]
        units = f"unit {place[-1]}, layer {layer + 1}" if place else f"layer {layer + 1}"
        below = self.below(layer, int(place[-2])) if len(place) == 2 and kind == "W" else ""
        if kind == "dx":
            below = self.below(layer, int(place[-1]))
        return TITLES.get(kind, kind).format(unit=units, below=below)

    def word(self, quantity: Quantity) -> str:
        """weight"""
        layer, kind = split(quantity.name)
        if layer is None and kind == "x":
            return self.input(int(quantity.place[-1]))
        kind = kind.rpartition(".")[2]
        return WORDS.get(kind, kind.replace("_", " "))

    def on_the_way(self, symbol: str) -> tuple[str, str]:
        """The title and the word of a number that has a letter only."""
        return ON_THE_WAY.get(symbol, ("A number on the way", ""))

    def below(self, layer: int, k: int) -> str:
        """Where a weight comes from."""
        return self.input(k) if layer == 0 else f"unit {k}"

    def input(self, k: int) -> str:
        return lowered(self.inputs[k]) if k < len(self.inputs) else f"input {k}"

    def row(self, place: int) -> str:
        """point 104"""
        return f"{self.noun} {int(self.made.batch.rows[place]):,}"

    def term(self, letter: str, found: Sequence[Leaf]) -> str:
        """Which term of a sum over that letter: its point, or its unit."""
        for leaf in found:
            (layer, kind), place = split(leaf.quantity.name), leaf.quantity.place
            if letter == "n" and place and (kind in OF_A_ROW or kind == "loss"):
                return self.row(int(place[0]))
            if letter in "ij" and kind == "W" and len(place) == 2:
                k = int(place["ij".index(letter)])
                return self.below(layer or 0, k) if letter == "i" else f"unit {k}"
            if letter == "k" and place and layer is not None:
                return f"output {place[-1]}"
        return ""

    def _given(self, kind: str, quantity: Quantity) -> str:
        place = quantity.place
        if not place:
            return GIVEN.get(kind, kind.replace("_", " ").capitalize())
        row = self.row(int(place[0]))
        of = {
            "loss": f"Error of {row}", "y": f"Right answer for {row}", "weight": f"Weight of {row}",
            "x": f"{self.input(int(place[-1]))} of {row}",
        }  # fmt: skip
        return of.get(kind, GIVEN.get(kind, kind))
