"""Many starts of one network, trained at once, each judged at the moments of a run of its own.

Each start takes the steps that an engine takes from it: same numbers to begin with, same rows in
the same order. Who takes them: `crowd`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np

from chainrule.core.checks import shown
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.engine.choice import choose
from chainrule.engine.protocol import NOW
from chainrule.engine.reference import reference
from chainrule.network import Network
from chainrule.records import Params
from chainrule.spec import Spec, Training
from chainrule.training.crowd import Crowd, NumpyCrowd, crowd
from chainrule.training.stopping import history_spacing

POLL, TELL = 0.01, 0.05  # seconds between two looks at stop(), and two reports
TO_JUDGE = 0.01  # seconds for what was stopped; a third of an epoch may take longer
AT_ONCE = 2**16  # steps at most; a rate for each is laid out ahead
Report = Callable[[int, int, int], Any]  # steps made, steps in all, starts that have ended
Stop = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Many:
    """Many trained networks of one kind: place k of everything is of network k."""

    spec: Spec
    seeds: Array  # (n,)
    learning_rates: Array  # (n,)
    losses: Array  # (n,)  mean training loss of the state to use; ∞: not finite, NaN: not judged
    ended: tuple[str, ...]  # finished | target | no improvement | not finite | interrupted
    steps: Array  # (n,)  the last one that was judged
    params: Params  # "0.W" (n, fan_in, units), ...: of the state to use

    def __len__(self) -> int:
        return len(self.seeds)

    def network(self, k: Any) -> Network:
        """Network k; −1 is the last one, as in a list."""
        known = isinstance(k, int | np.integer) and not isinstance(k, bool)
        if not known or not -len(self) <= k < len(self):
            raise UsageError(
                "Many.network", f"a whole number from 0 to {len(self) - 1}", shown(k),
                "many.best is the network with the smallest training loss.",
            )  # fmt: skip
        return Network(self.spec, {name: theta[k] for name, theta in self.params.items()})

    @property
    def best(self) -> Network:
        """The network with the smallest training loss."""
        return self.network(int(np.argmin(np.where(np.isnan(self.losses), np.inf, self.losses))))

    def __repr__(self) -> str:
        least = np.nanmin(self.losses, initial=np.inf)
        return f"Many({len(self)} times {self.spec}, smallest train loss {least:.6g})"


def train_starts(
    networks: Sequence[Network], data: Data, training: Training, seeds: Sequence[int],
    rates: Sequence[float] | None = None,
    *, report: Report = lambda *_: None, stop: Stop = lambda: False,
) -> Many:  # fmt: skip
    """Train every network with these settings, seed by seed its own order of rows.

    networks have one specification; data is fitted to it. rates: of each, else the training's.
    `stop` is polled every 10 ms. Who is stopped keeps its whole steps; where to judge all of them
    takes longer than 20 ms, the loss of those not reached is NaN.
    """
    own = np.array([training.learning_rate] * len(seeds) if rates is None else rates, dtype=float)
    starts = _Starts(networks, data, training, np.array(seeds), own)
    with np.errstate(all="ignore"):
        for at, them in _crowds(networks, data, training, starts.seeds, own):
            if not starts.run(at, them, report, stop):
                break
    return starts.many()


def _crowds(
    networks: Sequence[Network], data: Data, training: Training, seeds: Array, rates: Array
) -> Iterator[tuple[Array, Crowd]]:
    """Who train together: on the native engine all, on NumPy some at once, and at one rate."""
    spec, train = networks[0].spec, data.train
    groups, size = [np.arange(len(networks))], len(networks)
    if choose(spec, training) is reference:
        groups = [np.flatnonzero(rates == rate) for rate in dict.fromkeys(rates.tolist())]
        size = NumpyCrowd.size(spec, training, train.n)
    for group in groups:
        for first in range(0, len(group), size):
            at = group[first : first + size]
            yield at, crowd([networks[k] for k in at], train, training, seeds[at], rates[at])


class _Starts:
    """The runs of all starts: how far they are, how good they were, and why they ended."""

    def __init__(
        self,
        networks: Sequence[Network],
        data: Data,
        training: Training,
        seeds: Array,
        rates: Array,
    ) -> None:
        self.spec, self.data, self.training = networks[0].spec, data, training
        self.seeds, self.rates, n = seeds, rates, len(seeds)
        self.total = training.total_steps(data.train.n)
        self.per_epoch = training.steps_per_epoch(data.train.n)
        self.every = history_spacing(self.total, self.per_epoch, training.patience)
        self.best, self.best_epoch = np.full(n, np.nan), np.zeros(n, dtype=np.int64)
        self.loss, self.steps = np.full(n, np.nan), np.zeros(n, dtype=np.int64)
        self.reasons = np.full(n, "interrupted", dtype=object)
        self.params = {
            name: np.stack([network.params[name] for network in networks])
            for name in self.spec.shapes
        }
        self.done = 0  # starts of the crowds before

    def run(self, at: Array, them: Crowd, report: Report, stop: Stop) -> bool:
        """Train these starts to their ends. False: stop() came first."""
        crowd_size, step, stopped = len(at), 0, False
        next_look = next_report = monotonic() + POLL

        def look(t: int) -> int:
            nonlocal next_look, next_report, stopped
            if monotonic() > next_report:
                share = (self.done + crowd_size * t / self.total) / len(self.seeds)
                ended = self.done + crowd_size - len(at)
                report(int(self.total * share), self.total, ended)
                next_report = monotonic() + TELL
            if monotonic() > next_look:
                next_look, stopped = monotonic() + POLL, stop()
            return NOW if stopped else False

        at, unjudged = self._judged(at, them, 0, look)
        while step < self.total and len(at) and not stopped:
            goal = min((step // self.every + 1) * self.every, self.total, step + AT_ONCE)
            step = them.advance(step, goal, look)
            if step == goal and (step % self.every == 0 or step == self.total):
                at, unjudged = self._judged(at, them, step, look)
            look(step)  # an engine in C++ makes many steps between two looks of its own
        done = not stopped or (step == self.total and not unjudged)
        if done:
            self.reasons[at] = "finished"
            self.done += crowd_size
            report(int(self.total * self.done / len(self.seeds)), self.total, self.done)
        if self.training.patience is None:
            self._take(at, them, np.ones(len(at), dtype=bool))
            if not done:  # between two judgements: the loss of the very state to use
                deadline = monotonic() + TO_JUDGE
                loss = them.losses(
                    self.data.train, lambda: NOW if monotonic() > deadline else False
                )
                loss = np.where(np.isneginf(loss), np.nan, np.where(loss < np.inf, loss, np.inf))
                self.loss[at] = loss
                self.steps[at] = them.steps
        return not stopped

    def _judged(
        self, at: Array, them: Crowd, step: int, look: Callable[[int], int]
    ) -> tuple[Array, bool]:
        """The starts that go on: every one by itself is judged as `stopping.judge` does it. And
        whether stop() came first: then nobody is."""
        train, judged, finite = self._losses(them, lambda: look(step))
        if np.isneginf(train).any() or np.isneginf(judged).any():
            return at, True
        epoch, training = step // self.per_epoch, self.training
        better = finite & ~(judged >= self.best[at])  # nothing is better than NaN, the first
        self.best[at[better]], self.best_epoch[at[better]] = judged[better], epoch
        self.steps[at[finite]] = step
        used = finite if training.patience is None else better
        self.loss[at[used]] = train[used]
        self.loss[at[~finite]] = np.inf
        ended = {"not finite": ~finite}
        if training.patience is not None:
            self._take(at, them, better)
            ended["no improvement"] = finite & (epoch - self.best_epoch[at] >= training.patience)
        if training.stop_below is not None:
            ended["target"] = finite & (judged < training.stop_below)  # counts more than patience
        going = ~np.any(list(ended.values()), axis=0)
        for reason, which in ended.items():
            self.reasons[at[which]] = reason
        if not going.all():
            if training.patience is None:
                self._take(at, them, ~going)
            them.keep(going)
        return at[going], False

    def _losses(self, them: Crowd, stop: Callable[[], int]) -> tuple[Array, Array, Array]:
        """(starts,) the losses on training and on what judges, and whether all are finite."""
        parts = {name: part for name, part in self.data.parts.items() if name != "test"}
        losses = {name: them.losses(part, stop) for name, part in parts.items()}
        finite = np.all([np.isfinite(loss) for loss in losses.values()], axis=0)
        return losses["train"], losses.get("validation", losses["train"]), finite

    def _take(self, at: Array, them: Crowd, which: Array) -> None:
        """The parameters of these starts, as they are now, are the ones to use."""
        if which.any():
            for name, theta in them.params(which).items():
                self.params[name][at[which]] = theta

    def many(self) -> Many:
        return Many(
            self.spec, self.seeds, self.rates, self.loss, tuple(self.reasons), self.steps,
            self.params,
        )  # fmt: skip
