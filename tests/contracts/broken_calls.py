"""Engines that break the contract between steps: in the order of rows, or from call to call."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.core import random
from chainrule.engine import batches
from chainrule.engine.reference import Reference
from tests.contracts.broken import instead


def _reversed_order(seed: int, epoch: int, n: int) -> Any:
    return random.order(seed, epoch, n)[::-1].copy()


def _first_order(seed: int, epoch: int, n: int) -> Any:
    return random.order(seed, 0, n)


class OtherRows(batches.Batches):
    """The rows of the step before."""

    def __call__(self, t: int) -> Any:
        return super().__call__(max(t - 1, 1))


class Forgets(Reference):
    """The memory starts anew with every call."""

    def train(self, spec: Any, training: Any, state: Any, *rest: Any) -> Any:
        memory = {name: 0 * m for name, m in state.memory.items()}
        return super().train(spec, training, state._replace(memory=memory), *rest)


class Rounds(Reference):
    """A sum that depends on how many steps a call makes: the last bit of every weight."""

    def train(self, spec: Any, training: Any, state: Any, arrays: Any, rates: Any, *rest: Any):
        chunk = super().train(spec, training, state, arrays, rates, *rest)
        if len(rates) > 1:
            for name in set(chunk.state.params) - spec.frozen:
                theta = chunk.state.params[name]
                np.nextafter(theta, np.inf, out=theta)
        return chunk


class Unsteady(Reference):
    """Other last bits in every second call, as when threads add up in the order they come."""

    def __init__(self) -> None:
        self.calls = 0

    def train(self, spec: Any, *rest: Any) -> Any:
        chunk, self.calls = super().train(spec, *rest), self.calls + 1
        if self.calls % 2 and len(chunk.losses):
            chunk.losses[-1] = np.nextafter(chunk.losses[-1], np.inf)
        return chunk


class InPlace(Reference):
    """Moves the arrays of the state that was handed in."""

    def train(self, spec: Any, training: Any, state: Any, *rest: Any) -> Any:
        chunk = super().train(spec, training, state, *rest)
        for name, theta in chunk.state.params.items():
            state.params[name][...] = theta
        return chunk


class LossesLate(Reference):
    """The loss of each step stands at the step before."""

    def train(self, spec: Any, training: Any, state: Any, arrays: Any, rates: Any, *rest: Any):
        chunk = super().train(spec, training, state, arrays, rates, *rest)
        return chunk._replace(losses=np.roll(chunk.losses, -1))


class CountsFromTheCall(Reference):
    """`every` is counted from the first step of a call, not of the run."""

    def train(
        self, spec: Any, training: Any, state: Any, arrays: Any, rates: Any, every: int, stop: Any
    ) -> Any:
        chunk = super().train(spec, training, state, arrays, rates, 1, stop)
        asked = (1 + np.arange(len(chunk.losses))) % every == 0
        return chunk._replace(losses=np.where(asked, chunk.losses, np.nan))


class Single(Reference):
    """Hands back single precision, whatever the network's is."""

    def predict(self, *given: Any) -> Any:
        return super().predict(*given).astype("float32")


CALLS = {
    "memory starts anew": Forgets(),
    "bits depend on the call": Rounds(),
    "bits depend on chance": Unsteady(),
    "every counts from the call": CountsFromTheCall(),
    "losses one late": LossesLate(),
    "in place": InPlace(),
}
ORDERS = {
    "rows backwards": instead("order_of_epoch", _reversed_order, batches),
    "rows of the step before": instead("Batches", OtherRows),
    "every epoch alike": instead(
        "order_of_epoch", lambda seed, _, n: random.order(seed, 0, n), batches
    ),
}
