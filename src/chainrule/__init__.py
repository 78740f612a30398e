"""chainrule: a neural network made of glass, from scratch on NumPy.

Names are imported when first used: `import chainrule` costs next to nothing, and using it needs
NumPy alone.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "ChainruleError": "core.errors",
    "Conventions": "spec",
    "Data": "data.parts",
    "Dense": "spec",
    "Disagreement": "core.errors",
    "History": "training.history",
    "Many": "training.starts",
    "Model": "model",
    "Network": "network",
    "Result": "training.loop",
    "RunFile": "training.run_file",
    "RunWriter": "training.run_writer",
    "Spec": "spec",
    "TaskError": "core.errors",
    "Training": "spec",
    "UsageError": "core.errors",
    "Verdict": "checker.verdict",
    "check": "checker.api",
    "diagnose": "doctor.examine",
    "explain": "trace.walk",
    "fit": "training.loop",
    "load": "model",
    "record": "engine.reference",
    "resume": "training.loop",
    "suggest": "data.suggestion",
    "train": "training.loop",
    "train_many": "training.many",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'chainrule' has no attribute {name!r}")
    found = getattr(importlib.import_module(f"chainrule.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return ["__version__", *__all__]
