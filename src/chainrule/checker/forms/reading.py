"""Readings of a program: every way that works, with the calls of all probes."""

from __future__ import annotations

import ast
import contextlib
from typing import Any

from chainrule.checker.forms import watch, words
from chainrule.checker.forms.epochs import is_over_epochs
from chainrule.checker.forms.errors import NotUnderstood
from chainrule.checker.forms.gradients import Misshapen
from chainrule.checker.forms.numeric import numeric
from chainrule.checker.forms.probing import begun, calls, told
from chainrule.checker.forms.program import Program
from chainrule.checker.forms.script import read_script
from chainrule.checker.forms.settings import settings
from chainrule.checker.forms.training import training, with_slopes
from chainrule.checker.forms.trials import alike, square, trials
from chainrule.checker.forms.troubles import Troubles
from chainrule.checker.forms.ways import Seen, Way
from chainrule.checker.observation import Call, Layer, Names, Reading
from chainrule.checker.probes import PROBES, Probe

MOST_READINGS = 4


def read(program: Program) -> list[Reading]:
    """Every way to understand the program that runs, the most natural first."""
    _shorten(program)
    found: list[tuple[Way, Seen]] = []
    troubles = Troubles(program)
    for way, seen in trials(program, troubles):
        same = [row for row in found if alike(row[1], seen) and row[0].online == way.online]
        if not any(other.worth >= seen.worth for _, other in same):
            found = [*(row for row in found if row not in same), (way, seen)]
    if not found and (endless := troubles.endless()):
        raise endless
    found = found or list(square(program))
    best = max((seen.worth for _, seen in found), default=0)
    found = sorted((row for row in found if row[1].worth * 2 >= best), key=lambda r: -r[1].worth)
    readings = [_with(reading(way), troubles) for way, _ in found[:MOST_READINGS]]
    if found and (whole := training(found)):
        known = readings[0].calls
        more = reading(whole, slopes=False)
        readings.append(more._replace(calls=tuple(with_slopes(c, known) for c in more.calls)))
    if not any(way.choosable for way, _ in found):  # a training loop may show more
        try:
            readings += read_script(program.source, program.path)[:2]
        except NotUnderstood as error:
            if not readings:
                raise _why_none(program, troubles, error) from error
        except Exception:  # its own crash, when it is run
            if not readings:
                raise
    return readings


def _with(reading: Reading, troubles: Troubles) -> Reading:
    """The reading, and the crash of a function that it leaves out."""
    crash = troubles.crash()
    if crash is None or f"{crash.action.qualified}(" in reading.entry:
        return reading
    text = told(crash.error, crash.way.program)
    return reading._replace(failed={**reading.failed, crash.action.qualified: text})


def _why_none(program: Program, troubles: Troubles, no_script: NotUnderstood) -> Exception:
    """The learner's own crash; else what was tried in vain."""
    crash, furthest = troubles.crash(), troubles.furthest()
    if crash is not None:
        return crash.error
    names = ", ".join(program.functions()) or "none"
    classes = ", ".join(program.classes()) or "none"
    got = f"functions: {names}; classes: {classes}; {no_script.got}"
    if furthest is not None:
        got = f"{furthest.action.qualified} raised {told(furthest.error, program)}"
    return NotUnderstood(
        "chainrule check",
        "a function or class that gives gradients or makes a training step",
        got,
        "Complete the template that `chainrule check --template` prints, and hand that over.",
    )


def _shorten(program: Program) -> None:
    """Loops over epochs run once, whatever number the file writes."""
    nodes = [n for n in ast.walk(program.tree) if isinstance(n, ast.For) and is_over_epochs(n)]
    epochs = {node.iter.lineno for node in nodes}
    program.namespace.setdefault("range", watch.Short(epochs))


def reading(way: Way, *, slopes: bool = True) -> Reading:
    """All probes in one way. slopes: with the derivatives of the program's own loss."""
    made: list[Call] = []
    failed: dict[str, str] = {}
    last: Seen | None = None
    for probe in PROBES.values():
        if probe.name == "equal" and not way.choosable:
            continue
        if probe.name == "other rate" and last is not None and not last.rate_set:
            continue
        try:
            for at, seen in enumerate(calls(way, probe)):
                if seen.odd and way.choosable and probe.name != "equal":
                    raise Misshapen(seen.odd)
                if seen.odd:
                    failed.setdefault(probe.name, seen.odd)
                needed = slopes and at == 0 and (probe.name != "equal" or "distinct" in failed)
                made.append(derived(way, probe, seen) if needed else seen.call)
                last = last or seen
        except Exception as error:
            failed[probe.name] = told(error, way.program)
    return _whole(way, made, failed, last)


def derived(way: Way, probe: Probe, seen: Seen) -> Call:
    """The first call of a probe, with the derivatives of the program's own loss."""
    if probe.name not in ("distinct", "fresh", "equal"):
        return seen.call
    world, way, *_ = begun(way, probe)
    return seen.call._replace(numeric=numeric(way, world, probe, seen))


def _whole(way: Way, calls: list[Call], failed: dict[str, str], last: Seen | None) -> Reading:
    lines = way.program.lines()
    layout = {
        "samples": "columns" if way.data.samples.startswith("column") else "rows",
        "handed over": f"x as {way.data.samples}, y as {way.data.targets}",
        **way.layout.says,
    }
    return Reading(
        way.form, way.entry, layout, way.data.kind, tuple(calls),
        tuple(names(place, lines) for place in way.layout.places),
        last.loss_is if last else "", start(way), failed, lines,
        _settings(way, last),
        ("it makes a step after every sample, so it was handed one at a time",) * way.online,
    )  # fmt: skip


def _settings(way: Way, last: Seen | None) -> dict[str, float]:
    """What the file names; over it what was handed over."""
    world = None
    with contextlib.suppress(Exception):
        world = begun(way, PROBES["distinct"])[0]
    return {**settings(way, world), **(last.settings if last else {})}


def names(place: Any, lines: dict[str, int]) -> Names:
    """What the file calls a layer's numbers."""
    found = {"W": "", "b": ""}
    for role, slot in (("W", place.W), ("b", place.b)):
        if slot is None:
            continue
        own = next((k for k in reversed(slot.paths[0]) if isinstance(k, str)), "")
        for name in lines:
            told_of = words.of_gradient(name)
            if told_of and words.canonical(told_of) == words.canonical(own):
                found[role] = name
    return Names(place.W.name, place.b.name if place.b else "", found["W"], found["b"])


def start(way: Way) -> tuple[Layer, ...] | None:
    """The weights the program makes for itself; None where it only takes them."""
    if not way.own:
        return None
    with contextlib.suppress(Exception):
        probe = PROBES["distinct"]
        x, y = way.data.numbers(probe, way.layout.sizes[0], way.layout.sizes[-1])
        sizes = way.layout.sizes if way.choosable else None
        world = way.make(sizes, way.data.x(x, y), way.data.y(x, y))
        return way.layout.read(world.root)
    return None
