"""Why a step has no number of some name: said instead of only naming the nearest one."""

from __future__ import annotations

import re

from chainrule.core.errors import UsageError
from chainrule.records import StepRecord


def why_missing(address: str, made: StepRecord, error: UsageError) -> UsageError | None:
    """The same error with a reason, where this very network is one."""
    found = re.match(
        r"(?:step\d+:)?(?:(\d+)\.)?(\w+)(?:\[.*\])?\.?(\w*)", re.sub(r"\s", "", address)
    )
    if not found:
        return None
    layer, kind, after = (int(found[1]) if found[1] else None), found[2], found[3]
    if layer is None:
        reason = {
            "weight": "weights of rows, and this batch has none",
            "class_weight": "weights of classes, and this training has none",
            "clip_scale": "clipping, and this training has none",
        }.get(kind)
    else:
        reason = _of_layer(made, layer, kind, after) if layer < len(made.layers) else None
    if reason is None:
        return None
    return UsageError(f"address {address!r}", reason, repr(address), error.do)


def _of_layer(made: StepRecord, l: int, kind: str, after: str) -> str | None:
    layer, is_last = made.spec.layers[l], l == len(made.layers) - 1
    optimizer = made.training.optimizer
    if kind in ("b", "db") and layer.bias == "none":
        return f"a quantity there is: layer {l + 1} has no bias"
    if kind == "mask" and made.layers[l].mask is None:
        return f"a quantity there is: layer {l + 1} has no dropout"
    if kind == "da" and is_last and made.spec.loss.on == "z":
        return f"a quantity there is: {made.spec.loss.name} goes straight to dz, without da"
    if kind == "slope" and layer.activation.slope is None:
        return f"a quantity there is: {layer.activation.name} mixes a row, and has no slope alone"
    if kind in ("W", "b") and after and after not in ("next", "grad", *optimizer.keeps):
        kept = " and ".join(optimizer.keeps)
        return f"a quantity there is: {optimizer.name} keeps {kept or 'no memory'}"
    if kind in ("W", "b") and after in optimizer.keeps and f"{l}.{kind}" in made.spec.frozen:
        return f"a quantity there is: {l}.{kind} is frozen, and has no memory"
    return None
