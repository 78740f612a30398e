"""The weights a program begins with, drawn again and again by the program itself.

It is run up to its training loop under other seeds: those it sets itself are moved on.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

import numpy as np

from chainrule.checker.forms.script_calls import Script
from chainrule.checker.forms.script_layers import Found, Numbers, split
from chainrule.checker.forms.script_loops import Loop
from chainrule.checker.forms.script_moment import Moment
from chainrule.checker.forms.script_watch import Halt, Watch, watched
from chainrule.checker.forms.script_world import layers, places
from chainrule.checker.observation import Layer
from chainrule.core.dense import Array

STARTS = 100
SECONDS = 3.0
NUMBERS = 2**20  # of all starts together
FAR = 7919  # between the seeds of two runs
SAME = 3  # runs that begin alike: the weights are given, not drawn

Start = tuple[Layer, ...]


def starts_of(
    source: str, watch: Watch, script: Script, own: Start
) -> tuple[tuple[Start, ...], bool]:
    """Its own start first, then as many others as there is time for; and whether it sets seeds."""
    first = watch.found[0]
    net = first.turn.net
    assert net is not None
    found = tuple(map(_as, net.layers, script.found))
    met = partial(_Met, number=first.loop.number, found=found, numbers=first.turn.numbers)
    starts, seeds = [own], Seeds()
    most = min(STARTS, max(1, NUMBERS // sum(part.size for part in _parts(own))))
    end = time.monotonic() + SECONDS
    while len(starts) < most and time.monotonic() < end:
        with seeds.moved(len(starts)):
            again, _ = watched(source, watch.path, met)
        start = getattr(again, "start", None)
        if start is None or not _fits(start, own):
            break
        starts.append(start)
        if len(starts) == SAME and all(_equal(start, own) for start in starts):
            return (own,), seeds.set
    return tuple(starts), seeds.set


def _as(mine: Found, known: Found) -> Found:
    """A bias among the weights only where the steps have shown that it is one."""
    if mine.bias is not None and mine.inside is None:
        return mine
    return split(mine.raw, mine.raw_fed, known.inside)


def _parts(start: Start) -> list[Array]:
    return [part for layer in start for part in layer if part is not None]


def _fits(start: Start, own: Start) -> bool:
    both = _parts(start), _parts(own)
    shapes = [[part.shape for part in each] for each in both]
    return shapes[0] == shapes[1] and all(np.isfinite(part).all() for part in both[0])


def _equal(one: Start, other: Start) -> bool:
    return all(map(np.array_equal, _parts(one), _parts(other)))


class _Met(Watch):
    """Ends the program where its training loop begins, and takes the weights along."""

    def __init__(
        self, path: str, loops: list[Loop], *, number: int, found: tuple[Found, ...],
        numbers: Numbers,
    ) -> None:  # fmt: skip
        super().__init__(path, loops)
        self.number, self.net, self.numbers = number, found, numbers
        self.start: Start | None = None

    def at(self, number: int) -> None:
        if number == self.number:
            self._take(sys._getframe(1), self.loops[number])
            raise Halt
        if time.monotonic() > self.end:
            raise Halt

    def _take(self, frame: FrameType, loop: Loop) -> None:
        moment = Moment(frame, self.values.get(loop.number, []), loop.targets)
        kept = {label: slot.array for label, slot in places(moment.world()).items()}
        self.start = layers(self.net, self.numbers, kept)


def _moved(made: Any, on: Callable[[Any], Any]) -> Any:
    """Still a class: NumPy itself asks whether something is one of these."""

    class RandomState(made):  # type: ignore[misc]
        def __init__(self, seed: Any = None) -> None:
            super().__init__(on(seed))

    return RandomState


class Seeds:
    """The places where a program sets a seed. `set`: it did, with a number of its own."""

    def __init__(self) -> None:
        self.set = False

    @contextmanager
    def moved(self, run: int) -> Iterator[None]:
        """Within, the run's number moves every seed on; generators without one start by it."""
        kept = np.random.seed, np.random.default_rng, np.random.RandomState, random.seed
        drawn = [run]

        def on(seed: Any) -> Any:
            if isinstance(seed, int | np.integer):
                self.set = True
                return (int(seed) + FAR * run) % 2**32
            drawn[0] += FAR
            return drawn[0] % 2**32

        kept[0](on(None))
        kept[3](on(None))
        generator: Any = np.random
        generator.seed = lambda seed=None: kept[0](on(seed))
        generator.default_rng = lambda seed=None: kept[1](on(seed))
        generator.RandomState = _moved(kept[2], on)
        random.seed = lambda a=None, *_: kept[3](on(a))
        try:
            yield
        finally:
            generator.seed, generator.default_rng, generator.RandomState = kept[:3]
            random.seed = kept[3]
