"""Many networks of one specification on the native engine: each is a lane of vectors.

A small network can't fill a vector with its own numbers; sixteen of them can, one a lane. Each has
its own learning rate, its own order of rows and its own dropout, as its seed says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from chainrule import _native
from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.engine import plans
from chainrule.engine.batches import Batches
from chainrule.engine.protocol import Arrays
from chainrule.engine.rates import learning_rates
from chainrule.records import Params, State
from chainrule.spec import Spec, Training


class Population:
    """Networks under way: `theta` (networks, parameters), and what their optimisers remember."""

    def __init__(
        self, spec: Spec, training: Training, arrays: Arrays, starts: Sequence[Params],
        seeds: Array, rates: Array, threads: int,
    ) -> None:  # fmt: skip
        self.spec, self.threads = spec, threads
        self.schedule = replace(training, learning_rate=1.0)
        self.per_epoch = training.steps_per_epoch(arrays.n)
        self.plan = plans.plan_of(spec, training, arrays.n)
        self.theta = np.stack([plans.flat(spec, params) for params in starts])
        self.memory = {kept: np.zeros_like(self.theta) for kept in training.optimizer.keeps}
        self.rates = np.ascontiguousarray(rates, dtype=np.float64)
        self.steps = np.zeros(len(self.theta), dtype=np.int64)
        self.orders = self._streams(seeds, [random.ORDER])[:, 0]
        layers = [random.dropout_of_layer(l) for l in range(len(spec.layers))]
        self.drops = self._streams(seeds, layers) if spec.drops else None
        self.rows = plans.rows_of(spec, Batches(arrays, training).everything())

    @staticmethod
    def _streams(seeds: Array, purposes: list[int]) -> Array:
        """(networks, purposes, 4) where each seed's streams of random words begin."""
        streams = [[plans.stream_of(seed, each) for each in purposes] for seed in seeds.tolist()]
        return np.array(streams, dtype=np.uint64)

    def advance(self, step: int, goal: int, look: Callable[[int], int]) -> int:
        """From state `step` to `goal`, or less far if look(step), polled each 20 ms, is true. Where
        it is NOW, some are ahead: `steps` has the state of each, and the least is returned."""
        factors = learning_rates(self.schedule, State(step, {}, {}, {}), self.per_epoch, goal)
        m, v = self.memory.get("m"), self.memory.get("v")
        made = np.empty_like(self.steps)
        _native.train_many(
            self.plan, self.theta, m, v, *self.rows, self.rates, self.orders, self.drops, step,
            factors, made, lambda: look(step), self.threads,
        )  # fmt: skip
        self.steps = step + made
        return int(self.steps.min())

    def losses(self, part: Arrays, stop: Callable[[], int] | None = None) -> Array:
        """(networks,) the mean loss of a row, Σ w l / Σ w. −∞: stop() was NOW before."""
        losses = np.empty(len(self.theta))
        rows = plans.rows_of(self.spec, Batches(part, plans.ANY_TRAINING).everything())
        _native.losses_many(self.plan, self.theta, *rows, losses, self.threads, stop)
        return losses

    def keep(self, going: Array) -> None:
        """Go on with these networks alone. going: (networks,) of bool."""
        self.theta, self.rates = self.theta[going], self.rates[going]
        self.orders, self.steps = self.orders[going], self.steps[going]
        self.drops = None if self.drops is None else self.drops[going]
        self.memory = {kept: numbers[going] for kept, numbers in self.memory.items()}

    def params(self, which: Array) -> Params:
        """The parameters of these networks, (networks, ...) by name."""
        found, start = {}, 0
        for name, shape in self.spec.shapes.items():
            stop = start + int(np.prod(shape))
            found[name] = self.theta[which, start:stop].reshape(-1, *shape)
            start = stop
        return found
