"""A script's own loss under the weights before the step, and its central differences.

With a learning rate of 0 a turn leaves the weights alone, so that a loss computed after the update
is the loss under the weights before it, too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import numpy as np

from chainrule.checker.forms.script_layers import Found, Numbers
from chainrule.checker.forms.script_moment import World
from chainrule.checker.forms.script_names import (
    ERROR,
    LOGARITHM,
    NOT_LOSS,
    is_loss,
    last_name,
    loss_rank,
)
from chainrule.checker.forms.script_rate import Rate
from chainrule.checker.forms.script_slots import Slot
from chainrule.checker.forms.script_world import layers, places
from chainrule.checker.observation import Layer
from chainrule.core.dense import Array

PATIENCE = 0.4  # seconds for all differences of one call
STEP = 1e-5
TURNS = (9, 10, 19, 49, 50, 99, 100, 199, 499, 500, 999, 1000)  # in which programs print losses

Losses = dict[str, float]
Run = Callable[
    [World, frozenset[str] | None], dict[str, Array]
]  # one turn at a rate of 0; what it shows


class OwnLoss:
    """Where the program's loss stands, and how to have it under weights of ours."""

    def __init__(self, rate: Rate, run: Run, labels: set[str]) -> None:
        self.rate, self.run, self.labels = rate, run, labels
        self.names: dict[str, None] = {}

    def named(self, numbers: dict[str, Array]) -> Losses:
        """Single numbers that are called a loss, the surest first."""
        found = {
            name: float(value.ravel()[0])
            for name, value in numbers.items()
            if value.size == 1 and value.dtype.kind == "f" and self._is_loss(name)
        }
        names = [name for name in found if not self._is_part(name, found)]
        return {name: found[name] for name in sorted(names, key=lambda n: loss_rank(n, names))}

    def _is_part(self, name: str, found: Losses) -> bool:
        """data_loss of loss = data_loss + penalty; what a function of the loss adds up."""
        if any(other.endswith("()") for other in found) and not name.endswith("()"):
            return not name.startswith("said.")
        last = re.escape(last_name(name))
        summed = rf"\b{last}\b.*\+|\+.*\b{last}\b"
        return any(
            other != name
            and self.rate.made_with(other, summed)
            and not self.rate.made_with(other, rf"\b{re.escape(last_name(other))}\b")
            for other in found
        )

    def _is_loss(self, name: str) -> bool:
        name = re.sub(r"\.(data|value|item|val)$", "", name)  # loss.data of an object
        if is_loss(name):
            return not self.rate.made_with(name, r"\b(abs|fabs|absolute)\b")
        if ERROR.match(last_name(name)) and self.rate.made_with(name, r"\*\* *2|square|pow|log"):
            return True
        return not NOT_LOSS.search(last_name(name)) and self.rate.made_with(name, LOGARITHM)

    def under(self, fresh: Callable[[], World]) -> tuple[Losses, World] | None:
        """The losses of a turn at a rate of 0, and the world to go on with; None: it moves."""
        for turn in (None, *TURNS):
            world = fresh()
            if turn is not None and not at_turn(world, turn):
                return None
            before = self._weights(world)
            losses = self.named(self.run(world, None))
            if not _unmoved(before, self._weights(world)):
                return None
            if losses:
                return losses, _again(fresh(), turn)
        return None

    def _weights(self, world: World) -> dict[str, Array]:
        return {label: s.array for label, s in places(world).items() if label in self.labels}

    def differences(
        self, world: World, found: tuple[Found, ...], numbers: Numbers, losses: Losses
    ) -> dict[str, tuple[Layer, ...]]:
        """Central differences of every loss by every weight."""
        self.run(world, None)  # sets the rate
        moving = _Moving(world, numbers, self.run, frozenset(losses))
        here = {n: None for one in found for n in _ids(one)}
        slopes = {name: np.full(numbers.total, np.nan) for name in losses}
        began = time.process_time()
        for done, number in enumerate(here):
            sides = [self.named(moving.turn(number, way)) for way in (STEP, -STEP)]
            spent = time.process_time() - began
            if spent > min(PATIENCE, max(2 * PATIENCE * (done + 1) / len(here), PATIENCE / 8)):
                return {}  # it would take twice as long as it may, or has
            for name in losses:
                high, low = (side.get(name, np.nan) for side in sides)
                slopes[name][number] = (high - low) / (2 * STEP)
        if not _same(self.named(moving.turn(next(iter(here)), 0.0)), losses):
            return {}  # a turn remembers the last one
        return {
            name: layers(found, numbers, _by_label(numbers, slope))
            for name, slope in slopes.items()
            if np.isfinite(slope[list(here)]).all()
        }


class _Moving:
    """A world in which one weight at a time is moved; the others are what they were."""

    def __init__(self, world: World, numbers: Numbers, run: Run, names: frozenset[str]) -> None:
        self.world, self.numbers, self.run, self.names = world, numbers, run, names
        self.kept = {label: slot.array for label, slot in places(world).items()}
        self.last = ""

    def turn(self, number: int, by: float) -> dict[str, Array]:
        here, label = places(self.world), self.numbers.slot(number)
        if self.last and self.last != label:
            here[self.last].put(self.kept[self.last])
        self.last = label
        moved = self.kept[label].astype(float).ravel()
        moved[number - self.numbers.first[label]] += by
        here[label].put(moved.reshape(self.kept[label].shape))
        self.world.again()
        anew(here)
        return self.run(self.world, self.names)


def chosen(
    losses: Losses, slopes: dict[str, tuple[Layer, ...]], theirs: tuple[Layer | None, ...] | None
) -> str:
    """The loss whose derivative the program follows; else the surest name."""
    for name, own in slopes.items():
        if theirs is not None and _agree(own, theirs):
            return name
    return next((name for name in losses if name in slopes), next(iter(losses)))


def _agree(own: tuple[Layer, ...], theirs: tuple[Layer | None, ...]) -> bool:
    for mine, other in zip(own, theirs, strict=True):
        if other is None or mine.W.shape != other.W.shape:
            return False
        if np.abs(mine.W - other.W).max() > 1e-6 * max(1.0, np.abs(mine.W).max()):
            return False
    return True


def anew(here: dict[str, Slot]) -> None:
    """A sum over samples starts anew."""
    for label, slot in here.items():
        counts = type(slot.value) is int  # L layers; a sum that starts with 0 has not begun
        if slot.kind != "number" or counts:
            continue
        if is_loss(label) or ERROR.match(last_name(label)):
            slot.replace(0.0)


def _unmoved(before: dict[str, Array], after: dict[str, Array]) -> bool:
    return all(
        label in after and np.array_equal(array, after[label]) for label, array in before.items()
    )


def at_turn(world: World, turn: int) -> bool:
    """The loop's variable counts turns: let it be this one."""
    if not world.values or not all(type(value) is int for value in world.values):
        return False
    world.values[:] = [turn] * len(world.values)
    return True


def _again(world: World, turn: int | None) -> World:
    if turn is not None:
        at_turn(world, turn)
    return world


def _ids(one: Found) -> list[int]:
    both = [*one.ids.ravel().tolist(), *([] if one.bias is None else one.bias.tolist())]
    return [int(number) for number in both]


def _by_label(numbers: Numbers, slope: Array) -> dict[str, Array]:
    ends = [*numbers.starts[1:], numbers.total]
    spans = zip(numbers.labels, numbers.starts, ends, strict=True)
    return {label: slope[first:end] for label, first, end in spans}


def _same(one: Losses, other: Losses) -> bool:
    return all(
        abs(one.get(name, np.nan) - value) <= 1e-12 * max(1.0, abs(value))
        for name, value in other.items()
    )
