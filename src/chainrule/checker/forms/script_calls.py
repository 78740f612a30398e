"""The probes of a script: single turns of its training loop from weights and data of ours."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from chainrule.checker import probes
from chainrule.checker.forms.script_data import Data, changed, data_of, fill, fitted
from chainrule.checker.forms.script_gradients import Gradients
from chainrule.checker.forms.script_grown import grown, left_out
from chainrule.checker.forms.script_heard import NONE
from chainrule.checker.forms.script_knobs import Knob, knobs
from chainrule.checker.forms.script_layers import Found, Net, Numbers, like, split
from chainrule.checker.forms.script_losses import Losses, OwnLoss, anew, chosen
from chainrule.checker.forms.script_moment import World
from chainrule.checker.forms.script_rate import Prepare, Rate
from chainrule.checker.forms.script_scale import is_loose, scale, scaled
from chainrule.checker.forms.script_watch import Training, Watch
from chainrule.checker.forms.script_world import Turn, layers, places, put, tracked_turn
from chainrule.checker.observation import Call, Layer
from chainrule.checker.probes import LEARNING_RATE, PROBES, Probe
from chainrule.checker.tensors import steps
from chainrule.core.dense import Array

DIFFERENCES = ("distinct", "own", "fresh")
ENOUGH = 4.0  # seconds; then the extreme probe is left out


class How(NamedTuple):
    """Which of our numbers the script accepts."""

    weights: bool
    data: bool


class Script:
    """A held training loop, and how to take probes of it."""

    def __init__(self, watch: Watch, training: Training, source: str) -> None:
        self.watch, self.training, self.path = watch, training, watch.path
        assert training.turn.net is not None
        self.rate = Rate(source)
        self.found: tuple[Found, ...] = self._steady(training.turn.net.layers)
        self.numbers: Numbers = training.turn.numbers
        self.own = training.turn
        self.slots = {self.numbers.slot(n) for one in self.found for n in _ids(one)}
        self.rate.weights = self.slots
        self.data: Data = data_of(training.turn.net, self.slots)
        self.failed: dict[str, str] = {}
        self.grown: set[str] = set()  # by the step itself
        self.loss_name = ""
        self.gradients = Gradients(self.slots)
        self.how, plain = self._accepted()
        with suppress(Exception):
            plain = plain or self._turn(self._world(PROBES["distinct"], self.how))
            self.rate.learn(self._step, plain, self._knobs, self.slots | self.data.x | self.data.y)
        self.losses = OwnLoss(self.rate, self._still, self.slots)

    def _accepted(self) -> tuple[How, Turn | None]:
        """With a turn that showed it."""
        for how in (How(True, True), How(True, False)):
            try:
                world = self._world(PROBES["distinct"], how)
                turn = self._turn(world)
                if turn.net is not None and self._same(turn.net) and self._finite(turn):
                    if how.data or len(turn.net.layers[0].fed) > 1:
                        self.found = turn.net.layers
                    return how, turn
            except Exception as error:
                self.failed["distinct"] = f"{type(error).__name__}: {error}"
        return How(False, False), None

    def _same(self, net: Net) -> bool:
        """The same numbers are weights as with the program's own data."""
        mine = {n for one in self.found for n in _ids(one)}
        return {n for one in net.layers for n in _ids(one)} == mine and (
            len(net.layers) == len(self.found)
        )

    def _steady(self, layers: tuple[Found, ...]) -> tuple[Found, ...]:
        """A 1 in a single sample is a bias only if the other samples have it, too."""
        if len(layers[0].fed) > 1 or layers[0].inside is None:
            return layers
        world, at = self.training.moment.world(), layers[0].inside
        first = [self._turn(world).net for _ in range(3)]
        fed = [net.layers[0].raw_fed for net in first if net]
        steady = all(each.shape[1] > at and (each[:, at] == 1).all() for each in fed)
        return (split(layers[0].raw, layers[0].raw_fed, at if steady else None), *layers[1:])

    def _finite(self, turn: Turn) -> bool:
        after = layers(self.found, self.numbers, turn.after)
        return all(np.isfinite(one.W).all() for one in after)

    # ------------------------------------------------------------------ single turns

    def _world(self, probe: Probe, how: How) -> World:
        world = self.training.moment.world()
        if how.weights:
            shapes = [
                ((one.ids.shape[0], one.ids.shape[1]), None if one.bias is None else one.bias.size)
                for one in self.found
            ]
            put(world, self.found, self.numbers, fitted(probes.weights(probe, shapes), probe))
        if how.data:
            fill(world, self.data, probe)
        anew(places(world))
        return world

    def _turn(self, world: World, rate: float = LEARNING_RATE) -> Turn:
        knob, code = self.rate.knob, self.training.code
        with self.watch.limit():
            return tracked_turn(
                world,
                knob.code(code, rate) if knob else code,
                self.path,
                self.training.changed,
                self.training.wide,
            )

    def _step(self, prepare: Prepare, knob: Knob | None, value: float) -> Array:
        """How far one turn moves the last layer, untracked; with something changed beforehand.

        Earlier layers may be moved by what the rate has made of the last one: a mistake.
        """
        world = self._world(PROBES["distinct"], self.how)
        prepare(world)
        code = knob.code(self.training.code, value) if knob else self.training.code
        before = {label: slot.array for label, slot in places(world).items()}
        with self.watch.limit():
            world.turn(code, self.path, NONE)
        after = {label: slot.array for label, slot in places(world).items()}
        moved = {x: (after[x] - before[x]).ravel() for x in sorted(self.slots)}
        last = {self.numbers.slot(n) for n in _ids(self.found[-1])}
        ends = [step for label, step in moved.items() if label in last and step.any()]
        return np.concatenate(ends or list(moved.values()))

    def _knobs(self) -> list[Knob]:
        moment = self.training.moment
        return knobs(moment.module, moment.others, self.training.code, self.path)

    # ------------------------------------------------------------------ calls

    def calls(self) -> list[Call]:
        if self.how.weights:
            made = self._probe(PROBES["distinct"], 3)
            made += self._probe(PROBES["fresh"], 1)
            if self.rate.settable:
                made += self._probe(PROBES["other rate"], 1)
            if time.monotonic() < self.watch.began + ENOUGH:
                made += self._probe(PROBES["extreme"], 1)
            return made
        return self._probe(Probe("own", 0, (), seed=1), 3)

    def _probe(self, probe: Probe, turns: int) -> list[Call]:
        made: list[Call] = []
        rate, knob = probe.learning_rate, self.rate.knob
        try:
            if knob:
                knob.set(rate)
            world = self._world(probe, self.how)
            if self.rate.label:
                places(world)[self.rate.label].put(np.array(rate))
            for _ in range(turns):
                made.append(self._call(probe.name, self._turn(world, rate), rate))
                if self.grown:
                    break
            if probe.name != "extreme":
                made[0] = self._with_loss(made[0], probe)
        except Exception as error:
            if probe.name == "extreme":
                made += self._untaped(probe)
            if not made:
                self.failed[probe.name] = f"{type(error).__name__}: {error}"
        finally:
            if knob:
                knob.reset()
        return made

    def _with_loss(self, call: Call, probe: Probe) -> Call:
        """The call with the program's own loss, and its differences."""
        with suppress(Exception):
            if not self.rate.settable:
                return self._as_seen(call)
            under = self.losses.under(lambda: self._world(probe, self.how))
            if under is None or not under[0]:
                return call
            losses, world = under
            slopes: dict[str, tuple[Layer, ...]] = {}
            if probe.name in DIFFERENCES and call.before[0].W.dtype != np.float32:
                slopes = self.losses.differences(world, self.found, self.numbers, losses)
            theirs = call.gradients or steps(call)
            name = chosen(losses, slopes, theirs)
            loss, own = losses[name], slopes.get(name)
            if is_loose(name, self.training.loop.node):
                if own is None:  # perhaps of other samples
                    return call
                by = scale(name, self.rate.tree, own, theirs, len(call.x))
                loss, own = loss * by, scaled(own, by)
            self.loss_name = name
            return call._replace(loss=loss, numeric=own)
        return call

    def _as_seen(self, call: Call) -> Call:
        """The rate can't be set to 0: the loss that is computed before the update, by its line."""
        losses: Losses = self.losses.named(call.seen)
        for name, value in losses.items():
            if self.rate.before_updates(name):
                self.loss_name = name
                return call._replace(loss=value)
        return call

    def _still(self, world: World, only: frozenset[str] | None) -> dict[str, Array]:
        """One turn at a rate of 0."""
        knob, code = self.rate.knob, self.training.code
        try:
            if knob:
                knob.set(0.0)
                code = knob.code(code, 0.0)
            elif only is None:  # it stays
                places(world)[self.rate.label].put(np.array(0.0))
            with self.watch.limit():
                return world.turn(code, self.path, only).numbers
        finally:
            if knob:
                knob.reset()

    def _untaped(self, probe: Probe) -> list[Call]:
        """Where large numbers hide the network from the tape: x and y are seen with small ones."""
        with suppress(Exception):
            seen = self._call(
                "", self._turn(self._world(probe._replace(spread=1.0), self.how)), 0.0
            )
            world = self._world(probe, self.how)
            before = {label: slot.array for label, slot in places(world).items()}
            with self.watch.limit():
                shown = world.turn(self.training.code, self.path)
            after = {label: slot.array for label, slot in places(world).items()}
            return [
                seen._replace(
                    probe=probe.name, before=layers(self.found, self.numbers, before),
                    after=layers(self.found, self.numbers, after), gradients=None,
                    learning_rate=self.rate.value, outputs=None, loss=None, hidden=(),
                    warnings=shown.warnings, seen=shown.numbers,
                )
            ]  # fmt: skip
        return []

    def _call(self, name: str, turn: Turn, asked: float) -> Call:
        net = turn.net
        now = [like(*both) for both in zip(self.found, net.layers if net else (), strict=False)]
        here = [one for one in now if one]
        if net is None or len(here) != len(self.found):
            raise ValueError("the turn did not show the network")
        before = layers(self.found, turn.numbers, turn.before)
        after = self._after(name, turn)
        rate = self.rate.at(turn, asked)
        x = here[0].fed
        outputs = net.layers[-1].ids.shape[1]
        return Call(
            probe=name, x=x, y=net.y if net.y is not None else np.full((len(x), outputs), np.nan),
            before=before, gradients=self.gradients.of(turn, self.found, rate), after=after,
            learning_rate=rate, outputs=net.outputs,
            hidden=tuple(one.fed for one in here[1:]),
            rows_in_all=self._rows(turn, x), changed=changed(turn, self.data),
            warnings=turn.seen.warnings, seen=turn.seen.numbers,
        )  # fmt: skip

    def _after(self, name: str, turn: Turn) -> tuple[Layer, ...] | None:
        """The weights after a turn; what has grown in it is told, and left out."""
        after, odd = layers(self.found, turn.numbers, turn.after), grown(turn, self.slots)
        self.grown |= {*odd}
        if odd and (text := "; ".join(odd.values())) not in self.failed.values():
            self.failed[name] = text  # of this number of rows
        return left_out(after, self.found, turn.numbers, {*odd})

    def _rows(self, turn: Turn, x: Array) -> int | None:
        for label in self.data.x:
            array = turn.before.get(label)
            if array is not None and array.ndim == 2 and array.size > x.size:
                return (
                    max(array.shape) if x.shape[1] not in array.shape else _other(array, x.shape[1])
                )
        return None


def _ids(one: Found) -> list[int]:
    both = [*one.ids.ravel().tolist(), *([] if one.bias is None else one.bias.tolist())]
    return [int(number) for number in both]


def _other(array: Array, columns: int) -> int:
    return int(array.shape[0] if array.shape[1] == columns else array.shape[1])
