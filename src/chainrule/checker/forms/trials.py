"""Try ways of driving a program, and keep those whose numbers are ours to move."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.checker.forms import words
from chainrule.checker.forms.data import Data
from chainrule.checker.forms.discovery import makers, ways
from chainrule.checker.forms.epochs import counts_epochs
from chainrule.checker.forms.objects import Maker
from chainrule.checker.forms.parameters import Layout
from chainrule.checker.forms.probing import calls, world_of
from chainrule.checker.forms.program import Program
from chainrule.checker.forms.running import run
from chainrule.checker.forms.troubles import Troubles, stage_of
from chainrule.checker.forms.ways import Seen, Way, moved
from chainrule.checker.observation import Call
from chainrule.checker.probes import PROBES
from chainrule.core.dense import Array

MOST_TRIALS, SECONDS = 500, 0.7
AFTER = 0.25  # seconds more, when one way has been found
SHARE = 0.4  # seconds for one maker that leads nowhere
DEEP = 0.15  # for a try with equal sizes
BATCHES = ("rows", "columns")
ALL = 13  # what a way is worth that shows gradients, the step, answers and the loss


class Search:
    """What is known so far of one maker's ways."""

    def __init__(self, maker: Maker, troubles: Troubles) -> None:
        self.maker = maker
        self.troubles = troubles
        self.grown: list[tuple[Way, Seen]] = []  # steps in which a bias gets a row a sample
        self.share = time.process_time() + SHARE
        self.good: dict[Any, Data] = {}  # plan -> the form of data that ran first
        self.bad: set[Any] = set()  # first calls, with a form of samples, that don't run
        self.weights: dict[Any, Layout] = {}  # matrices of a plan -> how they ran first
        self.outputs: int | None = None  # the number with which it ran, where we choose it
        self.best = 0

    def worth_trying(self, way: Way) -> bool:
        plan = (way.plan, way.layout)
        other = self.outputs not in (None, way.layout.sizes[-1])
        other |= self.weights.get(_weights(way), way.layout) != way.layout
        if other or _first(way) in self.bad or plan in self.bad:
            return False
        return _worth_trying(way, self.good.get(plan))

    def tried(self, way: Way) -> Seen | None:
        """What the way's first call showed, if that is of use."""
        seen, error = first_call(way)
        stage = len(way.plan) if error is None else stage_of(error)
        self.troubles.add(way, error)
        if seen is None and stage == 0 and not _needs_targets(way):
            self.bad.add(_first(way))
        if stage < 0 or (seen is not None and not depends(way, seen)):
            self.bad.add((way.plan, way.layout))
            return None
        if seen is None or not seen.worth:
            return None
        if seen.odd and self.maker.hidden is not None:  # with equal sizes the odd may be whole
            self.grown += [(way, seen)] if _of_pairs(way) and way.steps else []
            return None
        if seen.whole:
            self.good.setdefault((way.plan, way.layout), way.data)
            self.weights.setdefault(_weights(way), way.layout)
            if self.maker.hidden is not None:
                self.outputs = way.layout.sizes[-1]
        return seen

    def finished(self, way: Way, seen: Seen) -> tuple[Way, Seen]:
        way, seen = finished(way, seen)
        self.best = max(self.best, seen.worth if seen.whole else 0)
        return way, seen

    def hidden_by_one(self) -> list[tuple[Way, Seen]]:
        """Steps of several pairs that leave odd shapes, where only single samples went well."""
        single = self.good and all(data.one for data in self.good.values())
        return self.grown[-1:] if single else []

    def late(self, end: float) -> bool:
        """The time for all makers is over, or the share of one that leads nowhere."""
        return time.process_time() > (end if self.good else min(end, self.share))

    @property
    def enough(self) -> bool:
        """Gradients, step, answers: nothing can be worth more; or many plans ran."""
        return self.best >= ALL or len(self.good) >= 4


def _weights(way: Way) -> Any:
    return way.plan, frozenset(place.W for place in way.layout.places)


def _first(way: Way) -> Any:
    return way.plan[0].qualified, way.layout, way.data.samples


def trials(program: Program, troubles: Troubles) -> Iterator[tuple[Way, Seen]]:
    """Ways that ran, with what their first call showed."""
    end, left = time.process_time() + SECONDS, MOST_TRIALS
    done: set[str] = set()  # what has been understood with sizes of our choice
    for maker in makers(program):
        if maker.name in done or ("*" in done and maker.hidden is None):
            continue
        search = Search(maker, troubles)
        for way in ways(program, maker):
            if search.late(end) or left <= 0 or search.enough:
                break
            if not search.worth_trying(way):
                continue
            left -= 1
            seen = search.tried(way)
            if seen is None:
                continue
            if seen.whole:
                done |= {maker.name, "*"}
                end = min(end, time.process_time() + AFTER)
            yield search.finished(way, seen)
        yield from search.hidden_by_one()
        if search.best >= ALL:
            return
        deep = _deep(program, maker) if not search.good else []
        yield from deep
        if deep:
            return


def _of_pairs(way: Way) -> bool:
    """It is handed a list of samples with their targets."""
    return any(a.takes(words.PAIRS) and not a.takes(words.Y) for a in way.plan)


def _worth_trying(way: Way, ran: Data | None) -> bool:
    """Not another form of samples, where a whole batch ran already."""
    if ran is None:
        return True
    if way.data.samples == ran.samples:
        return way.data.targets in ("flat", "number") and ran.kind != "labels"
    return ran.one and not way.data.one and way.data.kind == ran.kind


def finished(way: Way, seen: Seen) -> tuple[Way, Seen]:
    """The way with how it steps, and whether chance has a hand in it."""
    if seen.call.after is not None and not way.data.one and _online(way):
        way = way._replace(online=True)
        seen = first_call(way)[0] or seen
    return way, seen if _steady(way, seen) else seen._replace(steady=False)


def _needs_targets(way: Way) -> bool:
    """Whether it ran depends on the form of targets, too."""
    return len(way.plan) == 1 or way.plan[0].takes(words.Y | words.PAIRS)


def first_call(way: Way, probe: str = "distinct") -> tuple[Seen | None, Exception | None]:
    """(what the first call showed, or what it raised)"""
    made = calls(way, PROBES[probe])
    try:
        seen = next(made)
        return seen._replace(later=_later(way, seen, made)), None
    except Exception as error:
        return None, error


def _later(way: Way, seen: Seen, made: Iterator[Seen]) -> bool:
    """A step with the velocity before its update: the first one is zero."""
    after = seen.call.after
    if after is None or moved(seen.call.before, after) or not counts_epochs(way):
        return False
    call = next(made).call
    return call.after is not None and moved(call.before, call.after)


def square(program: Program) -> Iterator[tuple[Way, Seen]]:
    """Ways that run only where all sizes are equal: a transpose is missing, or one is too many."""
    end = time.process_time() + 0.3
    for maker in makers(program):
        found = list(_squares(program, maker, end, odd=True))
        yield from found
        if found:
            return


def _squares(
    program: Program, maker: Maker, end: float, *, odd: bool = False
) -> Iterator[tuple[Way, Seen]]:
    """odd: also where a gradient has another shape even then."""
    found: set[Any] = set()
    for way in ways(program, maker) if maker.hidden is not None else ():
        if time.process_time() > end or len(found) >= 3:
            break
        if way.data.samples not in BATCHES or (way.plan, way.data.samples) in found:
            continue
        seen, _ = first_call(way, "equal")
        if seen is None or not seen.worth or not depends(way, seen, "equal"):
            continue
        if (seen.whole and not seen.odd) or (odd and seen.odd):
            found.add((way.plan, way.data.samples))
            yield way, seen


def _deep(program: Program, maker: Maker) -> list[tuple[Way, Seen]]:
    """With equal sizes the program's own weights all have a part: a smaller network is no help."""
    if not maker.own or maker.hidden is None or maker.hidden < 2:
        return []
    found = _squares(program, maker, time.process_time() + DEEP)
    return [(way, seen) for way, seen in found if _all_move(seen.call, maker.hidden)][:1]


def _all_move(call: Call, hidden: int) -> bool:
    shown = call.gradients or call.after or ()
    parts = zip(call.before, shown, strict=False)
    return len(call.before) == hidden + 1 and all(
        new is not None and new.W.any() and not np.array_equal(old.W, new.W) for old, new in parts
    )


def _online(way: Way) -> bool:
    """Handed two samples, it does what it does when handed one after the other."""
    probe = PROBES["distinct"]
    x, y = way.data.numbers(probe, way.layout.sizes[0], way.layout.sizes[-1])
    ends = []
    for turns in ([slice(0, 2)], [slice(0, 1), slice(1, 2)], [slice(1, 2), slice(0, 1)]):
        try:
            world, here = world_of(way, probe, x[:2], y[:2], None)
            first = here.layout.read(world.root)
            for turn in turns:
                last = run(here, world, probe, x[turn], y[turn]).call
        except Exception:
            return False
        ends.append(_arrays(last._replace(gradients=None)))
    whole, *parts = ends
    return (
        bool(whole)
        and moved(first, last.after or first)
        and any(len(part) == len(whole) and all(map(_close, part, whole)) for part in parts)
    )


def _close(a: Array, b: Array) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-12)


def depends(way: Way, seen: Seen, probe: str = "distinct") -> bool:
    """The numbers move when the inputs move, and when the targets do: they are ours."""
    for at in (0, 1, 2):
        with contextlib.suppress(Exception):
            other = next(calls(way, PROBES[probe], at))
            if _numbers(other.call) == _numbers(seen.call):
                return False
    return True


def _steady(way: Way, seen: Seen) -> bool:
    """The numbers stay under another seed: no batch drawn at random, no dropout."""
    with contextlib.suppress(Exception):
        other = next(calls(way._replace(seed=1), PROBES["distinct"]))
        pairs = zip(_arrays(seen.call), _arrays(other.call), strict=True)
        return all(np.allclose(a, b, rtol=1e-6, equal_nan=True) for a, b in pairs)
    return True


def alike(one: Seen, other: Seen) -> bool:
    """Two calls that show the same numbers, as far as both show them."""
    if _bytes(one.call.x, one.call.y) != _bytes(other.call.x, other.call.y):
        return False
    pairs = [
        (getattr(one.call, part), getattr(other.call, part))
        for part in ("before", "gradients", "after")
    ]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    return len(both) > 1 and all(_layers(a) == _layers(b) for a, b in both)


def _arrays(call: Call) -> list[Array]:
    layers = [*(call.gradients or ()), *(call.after or ())]
    return [part for layer in layers if layer for part in layer if part is not None]


def _numbers(call: Call) -> bytes:
    return _layers(call.gradients or ()) + _layers(call.after or ())


def _layers(layers: Any) -> bytes:
    return _bytes(*(part for layer in layers if layer for part in layer))


def _bytes(*arrays: Any) -> bytes:
    return b"".join(np.asarray(a).tobytes() for a in arrays if a is not None)
