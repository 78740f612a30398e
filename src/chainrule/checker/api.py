"""check(): hand over a program, get a verdict."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.checker.observation import Call, Reading, names_of
from chainrule.checker.sandbox import SECONDS, observe, observe_callable
from chainrule.checker.sandbox.observe import Seen
from chainrule.checker.verdict import Verdict
from chainrule.core.errors import TaskError, UsageError


def check(
    program: Path | str | Callable[..., Any],
    *,
    seconds: float = SECONDS,
    entry: str | None = None,
    stop: threading.Event | None = None,
) -> Verdict:
    """Run a program of your own that trains or differentiates a network, and name its mistake.

    program: the path of a .py or .ipynb file, the text of a program (of several lines), or a
    function. It runs in a process of its own, for so many seconds at most.
    entry: the function or method to look at, where the program has several.
    stop: once it is set, by another thread, a program is ended; a function is not.
    UsageError if there is no such file or entry; what the program does wrong is in the verdict.
    """
    if seconds <= 0 or seconds != seconds:
        raise UsageError("check", "seconds above 0", repr(seconds), "Try seconds=10.")
    if callable(program):
        seen, name = observe_callable(program, seconds=seconds), _name_of(program)
    else:
        seen, name = observe(program, seconds=seconds, stop=stop), _called(program)
    verdict = _judged(seen, name, entry)
    if callable(program) or name.endswith(".ipynb"):  # its lines are not those of a file
        verdict = dataclasses.replace(verdict, mistakes=tuple(
            dataclasses.replace(each, line=None, sets="") for each in verdict.mistakes
        ))  # fmt: skip
    return dataclasses.replace(verdict, seconds=round(seen.seconds, 3), isolated=seen.isolated)


def _judged(seen: Seen, name: str, entry: str | None) -> Verdict:
    if seen.error is not None:
        return Verdict("unknown" if seen.runs else "error", message=seen.error)
    readings = chosen(seen.readings, name, entry)
    if not readings:
        return Verdict("unknown", message=_nothing(name))
    try:
        verdict = _judge(readings)
    except Exception as error:  # numbers that a program made up may be of any size and shape
        if "CHAINRULE_TRACEBACK" in os.environ:
            raise
        return Verdict("unknown", form=readings[0].form, message=_confusing(name, error))
    form = verdict.form or readings[0].form
    shapes, names = _seen_as(readings, verdict)
    return dataclasses.replace(verdict, form=form, shapes=shapes, names=names)


def _seen_as(
    readings: Sequence[Reading], verdict: Verdict
) -> tuple[dict[str, tuple[int, ...]], dict[str, str]]:
    """Shapes of the weights and biases, and names of the gradients, in the verdict's reading.

    That is the first call that has the layers of the verdict.
    """
    depth = 1 + max((int(name.split(".")[0]) for name in verdict.agreement), default=-1)
    for reading in (reading for reading in readings if reading.form == verdict.form):
        for call in reading.calls:
            if depth in (0, len(call.before)):
                return _shapes(call), _names(reading, len(call.before))
    return {}, {}


def _shapes(call: Call) -> dict[str, tuple[int, ...]]:
    return {
        f"{l}.{name}": numbers.shape
        for l, layer in enumerate(call.before)
        for name, numbers in layer._asdict().items()
        if numbers is not None
    }


def _names(reading: Reading, layers: int) -> dict[str, str]:
    return {
        f"{l}.{kind}": getattr(names_of(reading, l), kind)
        for l in range(layers)
        for kind in ("dW", "db")
    }


def _judge(readings: Sequence[Reading]) -> Verdict:
    from chainrule.checker.judge import judge

    with np.errstate(all="ignore"):
        return judge(list(readings))


def _confusing(name: str, error: Exception) -> str:
    return str(
        TaskError(
            name, "gradients that can be compared", f"{type(error).__name__}: {error}",
            "This is a mistake in chainrule; CHAINRULE_TRACEBACK=1 shows where.",
        )
    )  # fmt: skip


def chosen(readings: Sequence[Reading], name: str, entry: str | None) -> list[Reading]:
    """The readings of one entry: "backward" is the entry "backward(params, X, y)".

    It may be one of several calls: "forward(x); backward(y)" is what to look at for both.
    """
    if entry is None:
        return list(readings)
    found = [r for r in readings if any(_is_named(name, entry) for name in _calls(r))]
    if not found:
        there = sorted({name for r in readings for name in _calls(r)})
        raise UsageError(
            name, "an entry that can be called", repr(entry),
            f"Found: {', '.join(there)}." if there else "None was found in it.",
        )  # fmt: skip
    return found


def _calls(reading: Reading) -> list[str]:
    """What was called, one after the other: ["Network.forward", "Network.backward"]."""
    return [part.partition("(")[0] for part in reading.entry.split("; ")]


def _is_named(called: str, entry: str) -> bool:
    wanted = entry.partition("(")[0].strip()
    return called == wanted or called.endswith(f".{wanted}")


def _nothing(name: str) -> str:
    return str(
        TaskError(
            name, "a function or an object that gives gradients or updates weights",
            "nothing of the kind", "chainrule check --template prints a form that is understood.",
        )
    )  # fmt: skip


def _called(program: Path | str) -> str:
    return "the program" if isinstance(program, str) and "\n" in program else Path(program).name


def _name_of(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))
