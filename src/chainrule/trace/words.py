"""What a quantity is, in a sentence for people. Layers count from 1 here, as people count."""

from __future__ import annotations

from chainrule.records import StepRecord
from chainrule.trace.expression import Quantity
from chainrule.trace.lookup import split

SAYS = {
    "z": "what comes into unit {j} of layer {layer}: inputs times weights, added up",
    "a": "what unit {j} of layer {layer} answers: its z through {activation}",
    "slope": "how steep {activation} is there: how a moves when z does",
    "da": "how the loss moves when this a does",
    "dz": "how the loss moves when this z does; many books call it delta",
    "dx": "how the loss moves when this input does",
    "dW": "how the loss moves when this weight does, each sample's share added up",
    "db": "how the loss moves when this bias does, each sample's share added up",
    "W": "a weight of layer {layer}, before this step",
    "b": "a bias of layer {layer}, before this step",
    "mask": "what dropout multiplies this unit by",
    "grad": "what the optimiser receives",
    "next": "the parameter after this step",
    "frozen": "frozen: it takes no update",
}
GIVEN = {
    "x": "an input, from the data",
    "y": "the right answer, from the data",
    "weight": "how much this row counts, from the data",
    "loss": "the loss of the batch, before the update",
    "penalty": "what large weights cost, beside the loss",
    "class_weight": "how much rows of this class count, by the settings",
    "learning_rate": "how far one step goes",
    "clip_scale": "what all gradients are multiplied by, so that none is too long",
}


def says(quantity: Quantity, made: StepRecord) -> str:
    """One sentence, without a full stop."""
    layer, kind = split(quantity.name)
    if layer is None:
        is_row = kind == "loss" and bool(quantity.place)
        return "the loss of one row" if is_row else GIVEN.get(kind, "")
    of, _, after = kind.partition(".")
    if after == "next" and f"{layer}.{of}" in made.spec.frozen:
        after = "frozen"
    if after and after not in SAYS:
        start = " (0 at the start)" if made.t == 1 else ""
        return f"the optimiser's memory before this step{start}"
    activation = made.spec.layers[layer].activation.name
    unit = quantity.place[-1] if quantity.place else 0
    return SAYS.get(after or of, "").format(layer=layer + 1, activation=activation, j=unit)
