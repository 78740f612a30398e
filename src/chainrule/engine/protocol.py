"""What every engine offers. Equality between engines is a contract, not a typed tolerance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from chainrule.core.dense import Array
from chainrule.records import Batch, Params, State
from chainrule.spec import Spec, Training

NOW: Final = 2  # of stop(), where a plain True means after the step that has begun


class Arrays(Protocol):
    """One part of the data; arrays, memory maps or files stand behind it.

    One that is too large to be held has `gather(rows)`, too: single rows, as block gives them.
    """

    @property
    def n(self) -> int: ...

    def block(self, start: int, stop: int) -> tuple[Array, Array, Array | None]:
        """Rows start .. stop−1 as x, y, weight: contiguous, in the network's dtype."""


def rows_of(part: Arrays, rows: Array) -> tuple[Array, Array, Array | None]:
    """Single rows of a part, which is not held in memory for it where it is large."""
    gather = getattr(part, "gather", None)
    if gather is not None:
        x, y, weight = gather(rows)
        return x, y, weight
    x, y, weight = part.block(0, part.n)
    return x[rows], y[rows], None if weight is None else weight[rows]


class Chunk(NamedTuple):
    """Some steps of training, made in one call."""

    state: State
    losses: Array  # (steps,)  NaN where not asked for
    ended: str  # done | stopped | not finite


class Engine(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str:
        """Runs agree to the bit where this agrees."""

    def supports(self, spec: Spec, training: Training) -> str | None:
        """None, or in one sentence why not."""

    def predict(self, spec: Spec, params: Params, x: Array) -> Array:
        """The last layer's a, (n, outputs)."""

    def evaluate(
        self, spec: Spec, params: Params, batch: Batch,
        stop: Callable[[], object] | None = None,
    ) -> tuple[Array, Array]:  # fmt: skip
        """The loss of each row (n,), whatever it counts, and the last layer's a, (n, outputs).

        stop: may be called, about each 20 ms, and ends the call by what it raises.
        """

    def gradients(self, spec: Spec, params: Params, batch: Batch) -> tuple[float, Params]:
        """The loss of a batch and its gradients, without penalty."""

    def train(
        self, spec: Spec, training: Training, state: State, arrays: Arrays,
        learning_rates: Array, every: int, stop: Callable[[], int],
    ) -> Chunk:  # fmt: skip
        """len(learning_rates) steps from `state`, or fewer if stop(), polled each 20 ms, is true.

        A loss stands at steps that `every` divides. Cutting a run differently changes no bit.
        Where stop() is NOW, an engine that can throws away a step that has begun: the state is the
        one after the last whole step, and there may be none.
        """
