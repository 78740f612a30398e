"""Which engine does the work: the one that is asked for, or the fastest that can.

The compiled engine is imported when it is first thought of. What it refuses runs on the reference,
and the reason is said once in a process: to the logger `chainrule`, which Python shows on stderr
where nobody listens. It is no warning, for there is nothing that a program should do differently,
and programs that turn warnings into errors would stop.
"""

from __future__ import annotations

import importlib
from functools import cache

from chainrule.core.checks import one_of
from chainrule.core.errors import UsageError
from chainrule.engine.protocol import Engine
from chainrule.engine.reference import NO_PENALTY, reference
from chainrule.spec import ENGINES, Spec, Training


def choose(spec: Spec, training: Training = NO_PENALTY, asked: str | None = None) -> Engine:
    """The engine for this work. asked: "auto", "reference" or "native", if not as training says."""
    asked = asked or training.engine
    one_of("engine", "engine", asked, ENGINES)
    if asked == "reference":
        return reference
    native = compiled(training.threads)
    refusal = native.supports(spec, training) if native else why_not_native()
    if native and refusal is None:
        return native
    if asked == "native":
        raise UsageError(
            'engine="native"', "an installation and settings that the native engine can take",
            str(refusal), 'Take engine="auto": the reference engine can do everything.',
        )  # fmt: skip
    if native:
        _say(f"{refusal} The reference engine does it, which takes longer.")
    return reference


def refused(spec: Spec, training: Training = NO_PENALTY) -> str | None:
    """Why this work is not for the native engine, in one sentence; None where it is."""
    native = compiled(training.threads)
    return native.supports(spec, training) if native else why_not_native()


@cache
def compiled(threads: int | None = None) -> Engine | None:
    """The native engine, where this installation has one. threads: at most; None: all that pay."""
    if why_not_native() is not None:
        return None
    native: Engine = importlib.import_module("chainrule.engine.native").Native(threads)
    return native


@cache
def why_not_native() -> str | None:
    """In one sentence why this installation has no native engine; None where it has."""
    try:
        found: str | None = importlib.import_module("chainrule.engine.native").why_not()
    except ImportError:
        return "This version has no native engine."
    return found


@cache  # a sentence is said once
def _say(sentence: str) -> None:
    import logging  # few runs have anything to say

    logging.getLogger("chainrule").warning(sentence)
