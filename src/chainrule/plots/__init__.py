"""Pictures of data, of networks and their answers, and of how they learnt. Needs the extra `plot`.

Importing this package loads no matplotlib; using a name of it does, and a missing matplotlib is
said in one sentence.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from chainrule.core.errors import UsageError

if TYPE_CHECKING:
    from chainrule.plots.confusion import confusion_figure
    from chainrule.plots.curves import error_figure
    from chainrule.plots.data_picture import data_figure
    from chainrule.plots.decision_map import decision_figure
    from chainrule.plots.files import Picture
    from chainrule.plots.film import animation
    from chainrule.plots.first_layer import weights_figure
    from chainrule.plots.histograms import activations_figure, gradients_figure
    from chainrule.plots.kinds import KINDS
    from chainrule.plots.network_picture import network_figure
    from chainrule.plots.pictures import draw
    from chainrule.plots.predicted import predicted_figure
    from chainrule.plots.runs_picture import compare, runs_figure
    from chainrule.plots.sight import replayed

__all__ = [
    "KINDS",
    "Picture",
    "activations_figure",
    "animation",
    "compare",
    "confusion_figure",
    "data_figure",
    "decision_figure",
    "draw",
    "error_figure",
    "gradients_figure",
    "network_figure",
    "predicted_figure",
    "replayed",
    "require",
    "runs_figure",
    "weights_figure",
]

_HOMES = {
    "KINDS": "kinds",
    "Picture": "files",
    "activations_figure": "histograms",
    "animation": "film",
    "compare": "runs_picture",
    "confusion_figure": "confusion",
    "data_figure": "data_picture",
    "decision_figure": "decision_map",
    "draw": "pictures",
    "error_figure": "curves",
    "gradients_figure": "histograms",
    "network_figure": "network_picture",
    "predicted_figure": "predicted",
    "replayed": "sight",
    "runs_figure": "runs_picture",
    "weights_figure": "first_layer",
}


def require() -> None:
    """Raise the error that names what is missing, if pictures can't be drawn here."""
    try:
        importlib.import_module("matplotlib")
        importlib.import_module("PIL")
    except ImportError as error:
        raise UsageError(
            "chainrule.plots", "matplotlib, which draws the pictures",
            f"a Python without it ({error})",
            "pip install 'chainrule[plot]'; in a clone of it '.[plot]'.",
        ) from error  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'chainrule.plots' has no attribute {name!r}")
    require()
    return getattr(importlib.import_module(f"chainrule.plots.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
