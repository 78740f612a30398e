"""Networks of one specification that take their steps together: axis 0 of every array is theirs.

A crowd knows how to step, what it loses, and how to let networks go. On the native engine a network
is a lane of a vector; on NumPy it is a place of an array with one axis more (`at_once`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.core.schedules import plateau_in
from chainrule.engine.choice import choose
from chainrule.engine.classes import class_weights, classes_of
from chainrule.engine.protocol import Arrays
from chainrule.engine.rates import rate_of
from chainrule.engine.reference import move, reference
from chainrule.network import Network
from chainrule.records import Params
from chainrule.spec import Spec, Training
from chainrule.training.at_once import forward, gradients, repeated, stacked

NUMBERS = 2**20  # networks × rows × widths at once: more would leave the processor's caches
LARGE, FULL = 2**15, 16  # parameters × rows, up to a vector full: above, tiles of one network win
KNOWN = {  # act on each number alone
    "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "l1", "l2",
}  # fmt: skip
ALONE = "so starts are trained one by one."


class Crowd(Protocol):
    steps: Array  # (networks,) the state that each has reached

    def advance(self, step: int, goal: int, look: Callable[[int], int]) -> int:
        """From state `step` to state `goal`, or to the one after which look(its number) is true.

        Where it is NOW, some networks may be a few steps ahead of the state that is returned.
        """

    def losses(self, part: Arrays, stop: Callable[[], int] | None = None) -> Array:
        """(networks,) the mean loss of a row, Σ w l / Σ w; −∞ where stop() was NOW before."""

    def keep(self, going: Array) -> None:
        """Go on with these networks alone. going: (networks,) of bool."""

    def params(self, which: Array) -> Params:
        """The parameters of these networks, (networks, ...) by name. which: (networks,) of bool."""


def crowd(
    networks: Sequence[Network], train: Arrays, training: Training, seeds: Array, rates: Array
) -> Crowd:
    """On the native engine, where that is chosen, else on NumPy: there all at the first rate."""
    spec = networks[0].spec
    engine: Any = choose(spec, training)
    if engine is reference:
        return NumpyCrowd(networks, train, replace(training, learning_rate=rates[0]), seeds)
    from chainrule.engine.population import Population  # imports what is compiled

    starts = [network.params for network in networks]
    return Population(spec, training, train, starts, seeds, rates, engine.threads)


def alone(spec: Spec, training: Training, train: Arrays) -> str | None:
    """None, or in one sentence why these starts are trained one by one."""
    if hasattr(train, "gather"):
        return f"The data is too large to be held, {ALONE}"
    if plateau_in(training.schedule):
        return f"The rate falls when the loss of one start stands still, {ALONE}"
    if choose(spec, training) is reference:
        return supports(spec, training)
    if spec.parameters * min(training.batch_size or train.n, train.n, FULL) > LARGE:
        return f"Networks as large as this are faster alone, {ALONE}"
    return None


def supports(spec: Spec, training: Training) -> str | None:
    """None, or in one sentence why NumPy trains these starts one by one."""
    rows = [training.optimizer.name, *(penalty.name for _, penalty in training.penalties)]
    for name in rows:
        if name not in KNOWN:
            return f"{name} may mix the numbers of an array, {ALONE}"
    if training.clip_norm is not None:
        return f"Clipping measures all gradients of a network together, {ALONE}"
    if spec.drops:
        return f"Dropout draws numbers of its own for each seed, {ALONE}"
    return None


class NumpyCrowd:
    """On NumPy, all with the training's own learning rate."""

    def __init__(
        self, networks: Sequence[Network], train: Arrays, training: Training, seeds: Array
    ) -> None:
        self.spec, self.training, self.seeds = networks[0].spec, training, seeds
        self.steps = np.zeros(len(seeds), dtype=np.int64)
        self.theta = stacked(networks)
        self.memories = {
            name: {kept: np.zeros_like(theta) for kept in training.optimizer.keeps}
            for name, theta in self.theta.items()
            if name not in self.spec.frozen
        }
        self.rows = _Rows(train, training, self.spec)

    @staticmethod
    def size(spec: Spec, training: Training, rows: int) -> int:
        """How many networks make one array of a good size."""
        batch = max(min(training.batch_size or rows, rows), 1)
        return max(1, NUMBERS // (batch * sum(spec.sizes)))

    def advance(self, step: int, goal: int, look: Callable[[int], int]) -> int:
        for t in range(step + 1, goal + 1):
            self._step(t)
            self.steps[:] = t
            if look(t):
                return t
        return goal

    def _step(self, t: int) -> None:
        grads = gradients(self.spec, self.training, self.theta, *self.rows(t, self.seeds))
        rate = rate_of(self.training, t, (t - 1) // self.rows.per_epoch)
        move(self.training, self.theta, self.memories, grads, t, rate)

    def losses(self, part: Arrays, stop: Callable[[], int] | None = None) -> Array:
        x, y, weight = part.block(0, part.n)
        passed = forward(self.spec, self.theta, x[None])
        q = passed[-1][1 if self.spec.loss.on == "z" else 2]
        flat, networks = q.reshape(-1, q.shape[-1]), len(self.seeds)
        given = repeated(y, networks)
        per_row = self.spec.loss(flat, given, outputs=self.spec.conventions.outputs).per_row
        return np.average(per_row.reshape(networks, -1), axis=1, weights=weight)

    def keep(self, going: Array) -> None:
        self.seeds, self.steps = self.seeds[going], self.steps[going]
        self.theta = {name: theta[going] for name, theta in self.theta.items()}
        self.memories = {
            name: {kept: array[going] for kept, array in memory.items()}
            for name, memory in self.memories.items()
        }

    def params(self, which: Array) -> Params:
        shapes = self.spec.shapes
        return {n: theta[which].reshape(-1, *shapes[n]) for n, theta in self.theta.items()}


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
