"""Pictures of data, of what a network answers, and of how it learnt. Needs the extra `plot`.

Importing this package loads no matplotlib; using a name of it does, and a missing matplotlib is
said in one sentence.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from chainrule.core.errors import UsageError

if TYPE_CHECKING:
    from chainrule.plots.curves import error_figure
    from chainrule.plots.data_picture import data_figure
    from chainrule.plots.decision_map import decision_figure
    from chainrule.plots.files import Picture
    from chainrule.plots.film import animation
    from chainrule.plots.pictures import draw

__all__ = [
    "Picture",
    "animation",
    "data_figure",
    "decision_figure",
    "draw",
    "error_figure",
    "require",
]

_HOMES = {
    "Picture": "files",
    "animation": "film",
    "data_figure": "data_picture",
    "decision_figure": "decision_map",
    "draw": "pictures",
    "error_figure": "curves",
}


def require() -> None:
    """Raise the error that names what is missing, if pictures can't be drawn here."""
    try:
        importlib.import_module("matplotlib")
        importlib.import_module("PIL")
    except ImportError as error:
        raise UsageError(
            "chainrule.plots", "matplotlib, which draws the pictures",
            f"a Python without it ({error})", "pip install 'chainrule[plot]'",
        ) from error  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'chainrule.plots' has no attribute {name!r}")
    require()
    return getattr(importlib.import_module(f"chainrule.plots.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
