"""The native engine: the core's mathematics in C++ (native/), for what the core's tables hold.

It makes the same steps as `reference`, many times as fast: the same draws and the same order of
rows to the bit, sums within the bound of rounding. What a user adds in Python stays with the
reference; `supports` says in one sentence what that is.
"""

from __future__ import annotations

import math
from typing import Any

from chainrule.core import activations, losses, optimizers, penalties, random
from chainrule.core.tables import Settings
from chainrule.spec import Spec, Training

try:
    from chainrule import _native
except ImportError as missing:
    _native = None  # type: ignore[assignment]
    _missing: ImportError | None = missing
else:
    _missing = None


def why_not() -> str | None:
    """None where the compiled part is there, else in one sentence why it is not."""
    if _missing is None:
        return None
    if isinstance(_missing, ModuleNotFoundError):
        return (
            "This installation has no compiled part: no C++ compiler was found when it was "
            "installed, or CHAINRULE_SKIP_NATIVE was set."
        )
    return f"The compiled part of this installation can't be loaded: {_missing}."


def _is_ours(table: Any, row: Any) -> bool:
    """Whether a row is the core's own: not one of the same name, and not of a subclass."""
    if not isinstance(row, Settings):
        return getattr(table, row.name, None) is row
    made_by = type(row)
    return made_by.__module__ == table.__name__ and getattr(table, made_by.__name__) is made_by


def refused(spec: Spec, training: Training) -> str | None:
    """What of a network or its training is not of the core's tables, in one sentence."""
    rows = [("activation", activations, layer.activation) for layer in spec.layers]
    rows += [("loss", losses, spec.loss), ("optimizer", optimizers, training.optimizer)]
    rows += [("penalty", penalties, penalty) for _, penalty in training.penalties]
    for kind, table, row in rows:
        if not _is_ours(table, row):
            return f"The {kind} {row.name} is your own: it is known in Python alone."
    return None
