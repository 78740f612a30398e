"""What a training is called with: what is something else is answered with what to write."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.network import Network
from chainrule.spec import Spec, Training

START = "Network.start(spec, seed=0)"
DATA = "Data.from_arrays(x, y)"
TRAINING = "Training(learning_rate=0.1, epochs=100)"


def check(called: str, network: Any, data: Any, training: Any, *, or_spec: bool = False) -> None:
    """Refuse what is no network, no data or no training. or_spec: a Spec is a network, too."""
    if not isinstance(network, (Network, Spec) if or_spec else Network):
        needs = "a Network or a Spec" if or_spec else "a Network, which has numbers"
        first = "spec" if or_spec else START
        raise UsageError(called, needs, _said(network), f"Write {called}({first}, data, training).")
    first = "spec" if isinstance(network, Spec) else "network"
    if not isinstance(data, Data):
        raise UsageError(
            called, "the rows and their answers as one Data", _said(data),
            f"Write {called}({first}, {DATA}, training).",
        )  # fmt: skip
    if not isinstance(training, Training):
        raise UsageError(
            called, "a Training after the data", _said(training),
            f"Write {called}({first}, data, {TRAINING}).",
        )  # fmt: skip


def _said(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    if isinstance(value, str | int | float | None):
        return repr(value)
    return f"a {type(value).__name__}"
