"""Many starts of one network, trained at once: axis 0 of every array is the start.

Each start takes the steps that the reference engine takes from it: same numbers to begin with, same
rows in the same order, same moments at which it is judged. What a step computes: `at_once`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.core.schedules import plateau_in
from chainrule.data.parts import Data
from chainrule.doctor.at_once import forward, gradients, repeated, stacked
from chainrule.engine.classes import class_weights, classes_of
from chainrule.engine.protocol import Arrays
from chainrule.engine.rates import rate_of
from chainrule.engine.reference import move
from chainrule.network import Network
from chainrule.spec import Spec, Training
from chainrule.training.stopping import history_spacing, judge

NUMBERS = 2**20  # starts × rows × widths at once: more would leave the processor's caches
POLL = 0.05  # seconds between two looks at stop()
KNOWN = {  # act on each number alone
    "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "l1", "l2",
}  # fmt: skip
ALONE = "so starts are trained one by one."
Report = Callable[[int, int, int], Any]  # steps made, steps in all, starts that have ended


@dataclass(frozen=True, eq=False)
class Ends:
    """How each start ended. `loss` is the mean training loss of a row in the state to use."""

    seeds: Array  # (starts,)
    loss: Array  # (starts,)
    reasons: tuple[str, ...]  # as in records.Ended; "interrupted" where stop() came first
    steps: Array  # (starts,)


def supports(spec: Spec, training: Training) -> str | None:
    """None, or in one sentence why these starts are trained one by one."""
    rows = [training.optimizer.name, *(penalty.name for _, penalty in training.penalties)]
    for name in rows:
        if name not in KNOWN:
            return f"{name} may mix the numbers of an array, {ALONE}"
    if training.clip_norm is not None:
        return f"Clipping measures all gradients of a network together, {ALONE}"
    if spec.drops:
        return f"Dropout draws numbers of its own for each seed, {ALONE}"
    if plateau_in(training.schedule):
        return f"The rate falls when the loss of one start stands still, {ALONE}"
    return None


def starts_at_once(spec: Spec, training: Training, data: Data) -> int:
    """How many starts make one array of a good size."""
    rows = max(min(training.batch_size or data.train.n, data.train.n), 1)
    return max(1, NUMBERS // (rows * sum(spec.sizes)))


def train_starts(
    networks: Sequence[Network], data: Data, training: Training, seeds: Sequence[int],
    *, report: Report = lambda *_: None, stop: Callable[[], bool] = lambda: False,
) -> Ends:  # fmt: skip
    """Train every network with these settings, seed by seed its own order of rows.

    networks have one specification; data is fitted to it. `stop` is polled every 50 ms.
    """
    size = starts_at_once(networks[0].spec, training, data)
    ends: list[Ends] = []
    for first in range(0, len(networks), size):
        group = slice(first, first + size)
        told = _of_all(report, first, len(networks[group]), len(networks))
        with np.errstate(all="ignore"):
            ends.append(_Group(networks[group], data, training, seeds[group]).run(told, stop))
    return Ends(
        np.concatenate([each.seeds for each in ends]),
        np.concatenate([each.loss for each in ends]),
        tuple(reason for each in ends for reason in each.reasons),
        np.concatenate([each.steps for each in ends]),
    )


def _of_all(report: Report, first: int, group: int, networks: int) -> Report:
    """What is reported of a group, as a part of all: `first` networks come before it."""

    def told(step: int, total: int, ended: int) -> None:
        done = first / networks + group / networks * step / total
        report(int(total * done), total, first + ended)

    return told


class _Group:
    """Starts under way. `at` says which of them each slice of the arrays is."""

    def __init__(
        self, networks: Sequence[Network], data: Data, training: Training, seeds: Sequence[int]
    ) -> None:
        self.spec, self.training, self.data = networks[0].spec, training, data
        self.seeds, self.at = np.array(seeds), np.arange(len(networks))
        self.params = stacked(networks)
        self.memories = {
            name: {kept: np.zeros_like(theta) for kept in training.optimizer.keeps}
            for name, theta in self.params.items()
            if name not in self.spec.frozen
        }
        self.rows = _Rows(data.train, training, self.spec)
        self.controls: list[dict[str, Any]] = [{} for _ in networks]
        self.loss = np.full(len(networks), np.nan)
        self.reasons = ["interrupted"] * len(networks)
        self.steps = np.zeros(len(networks), dtype=np.int64)

    def run(self, report: Report, stop: Callable[[], bool]) -> Ends:
        total, per_epoch = self.training.total_steps(self.data.train.n), self.rows.per_epoch
        every = history_spacing(total, per_epoch, self.training.patience)
        self._judge(0, 0)
        look = monotonic() + POLL
        for t in range(1, total + 1):
            if not len(self.at):
                break
            self._step(t)
            if t % every == 0 or t == total:
                self._judge(t, t // per_epoch)
            if monotonic() > look:
                report(t, total, len(self.seeds) - len(self.at))
                if stop():
                    return self._ends()
                look = monotonic() + POLL
        for k in self.at:
            self.reasons[k] = "finished"
        report(total, total, len(self.seeds))
        return self._ends()

    def _step(self, t: int) -> None:
        grads = gradients(self.spec, self.training, self.params, *self.rows(t, self.seeds[self.at]))
        rate = rate_of(self.training, t, (t - 1) // self.rows.per_epoch)
        move(self.training, self.params, self.memories, grads, t, rate)

    def _judge(self, step: int, epoch: int) -> None:
        """Every start by itself, as the loop judges a run; who has ended leaves the arrays."""
        losses = {
            name: self._losses(part) for name, part in self.data.parts.items() if name != "test"
        }
        going = np.ones(len(self.at), dtype=bool)
        for slot, k in enumerate(self.at):
            mine = {name: float(loss[slot]) for name, loss in losses.items()}
            if not all(map(np.isfinite, mine.values())):
                self.reasons[k], going[slot] = "not finite", False
                self.loss[k] = np.inf
                continue
            control, reason = judge(self.controls[k], self.training, step, epoch, mine)
            self.controls[k], self.steps[k] = control, step
            if self.training.patience is None or control["best_step"] == step:
                self.loss[k] = mine["train"]
            if reason:
                self.reasons[k], going[slot] = reason, False
        if not going.all():
            self._keep(going)

    def _keep(self, going: Array) -> None:
        self.at = self.at[going]
        self.params = {name: theta[going] for name, theta in self.params.items()}
        self.memories = {
            name: {kept: array[going] for kept, array in memory.items()}
            for name, memory in self.memories.items()
        }

    def _losses(self, part: Arrays) -> Array:
        """(starts,) the mean loss of a row, Σ w l / Σ w."""
        x, y, weight = part.block(0, part.n)
        passed = forward(self.spec, self.params, x[None])
        q = passed[-1][1 if self.spec.loss.on == "z" else 2]
        flat, starts = q.reshape(-1, q.shape[-1]), len(self.at)
        given = repeated(y, starts)
        per_row = self.spec.loss(flat, given, outputs=self.spec.conventions.outputs).per_row
        return np.average(per_row.reshape(starts, -1), axis=1, weights=weight)

    def _ends(self) -> Ends:
        return Ends(self.seeds, self.loss, tuple(self.reasons), self.steps)


class _Rows:
    """The rows of step t: x (1 or starts, n, inputs), y and the weights, (starts · n, ...)."""

    def __init__(self, train: Arrays, training: Training, spec: Spec) -> None:
        self.x, self.y, self.weight = _counting(train, training)
        self.n, self.per_epoch = train.n, training.steps_per_epoch(train.n)
        self.size = min(training.batch_size or train.n, train.n)
        self.shuffles = training.shuffle and training.batch_size is not None
        self.mean = spec.conventions.batch == "mean"
        self._kept: dict[tuple[int, int], tuple[Array, Array, Array | None, Any]] = {}
        self._orders: tuple[Any, Array] = (None, np.empty(0))

    def __call__(self, t: int, seeds: Array) -> tuple[Array, Array, Array | None, Any]:
        epoch, place = divmod(t - 1, self.per_epoch)
        part = slice(place * self.size, min((place + 1) * self.size, self.n))
        if self.shuffles:
            return self._shared(self._order(epoch, seeds)[:, part], len(seeds))
        if (place, len(seeds)) not in self._kept:
            if len(self._kept) >= 64:
                self._kept.clear()
            self._kept[place, len(seeds)] = self._shared(np.arange(self.n)[None, part], len(seeds))
        return self._kept[place, len(seeds)]

    def _order(self, epoch: int, seeds: Array) -> Array:
        key = epoch, seeds.tobytes()
        if self._orders[0] != key:
            orders = [random.order(int(seed), epoch, self.n) for seed in seeds]
            self._orders = key, np.stack(orders)
        return self._orders[1]

    def _shared(self, rows: Array, starts: int) -> tuple[Array, Array, Array | None, Any]:
        """x, y, each row's share of the loss (None: all alike), and Σ w of the batch."""
        n, y = rows.shape[1], self.y[rows]
        y = y.reshape(-1, *y.shape[2:]) if len(rows) == starts else repeated(y[0], starts)
        if self.weight is None:
            return self.x[rows], y, None, n
        weight = self.weight[rows]
        total = weight.sum(axis=1, keepdims=True)
        share = weight / np.where(total == 0, 1, total) if self.mean else weight
        spread = np.broadcast_to(share, (starts, n)).reshape(-1)
        return self.x[rows], y, spread, total[:, :, None]


def _counting(train: Arrays, training: Training) -> tuple[Array, Array, Array | None]:
    """x, y and what each row counts: its weight times that of its class."""
    x, y, weight = train.block(0, train.n)
    by_class = class_weights(training, train)
    if by_class is None:
        return x, y, weight
    of_class = by_class[classes_of(y)].astype(x.dtype)
    return x, y, of_class if weight is None else weight * of_class
