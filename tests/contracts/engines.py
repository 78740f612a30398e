"""The engines that the contract is held to, in this installation."""

from __future__ import annotations

import importlib
from typing import Any

from chainrule.engine.protocol import Engine
from chainrule.engine.reference import reference


def why_no_native() -> str | None:
    """In one sentence why there is no native engine here; None where there is."""
    try:
        why: str | None = importlib.import_module("chainrule.engine.native").why_not()
    except ModuleNotFoundError:
        return "This version has no native engine."
    return why


def engine_named(name: str, threads: int | None = None) -> Engine:
    if name == "reference":
        return reference
    native: Any = importlib.import_module("chainrule.engine.native")
    made: Engine = native.Native(threads)
    return made


def targets() -> tuple[str, ...]:
    """The instruction sets that this processor has and the native engine was built for."""
    if why_no_native():
        return ()
    found: tuple[str, ...] = importlib.import_module("chainrule._native").targets()
    return found
