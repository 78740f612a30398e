"""When numbers stop being finite: which step, which layer, and the likely cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import TaskError
from chainrule.engine.batches import Batches
from chainrule.engine.protocol import Arrays, Engine
from chainrule.engine.rates import learning_rates
from chainrule.engine.reference import record, reference
from chainrule.records import State, StepRecord
from chainrule.spec import Spec, Training

RECORDED = 16  # steps at most that are replayed record by record


class NotFinite(TaskError):
    """A run met NaN or infinity. `state` is the last good one."""

    state: State


def find(
    spec: Spec,
    training: Training,
    state: State,
    arrays: Arrays,
    most: int,
    choose: Callable[[State], State],
    engine: Engine = reference,
) -> tuple[State, NotFinite]:
    """Replay from a good state, record by record, to the first number that is not finite.

    `most` steps were made by that engine; the next one may show a loss that only the last of them
    made infinite, or none may, for the loss over all rows can overflow alone. `choose` gives the
    state to keep: the one before, if its losses are finite, or an older one.
    """
    batches, reached = Batches(arrays, training), state.step + most
    state, most = _nearer(spec, training, state, arrays, most, engine)
    with np.errstate(all="ignore"):
        for _ in range(most + 1):
            t = state.step + 1
            made = record(spec, training, state, batches(t), epoch=batches.epoch(t))
            for place, array in _in_order(made):
                if not np.isfinite(array).all():
                    kept = state if place in ("x", "y", "weight") else choose(state)
                    return kept, _explained(made, place, kept)
            state = made.after
    good = choose(state)
    rate = min(training.learning_rate / 10, 0.1)
    return good, _error(
        f"step {reached}", "a loss over all rows that is not finite",
        f"Try a smaller learning rate, {rate:g}, and look for rows that are far off.", good,
    )  # fmt: skip


def _nearer(
    spec: Spec, training: Training, state: State, arrays: Arrays, most: int, engine: Engine
) -> tuple[State, int]:
    """A later state that is finite still, and how many steps are left: found by halves, for an
    engine makes in a moment what takes minutes record by record. Cutting a run changes no bit."""
    rates = learning_rates(training, state, training.steps_per_epoch(arrays.n), state.step + most)
    while len(rates) > RECORDED:
        half = len(rates) // 2
        never = state.step + most + 1  # no loss is asked for
        chunk = engine.train(spec, training, state, arrays, rates[:half], never, lambda: False)
        if chunk.ended == "not finite":
            rates = rates[:half]
        else:
            state, rates = chunk.state, rates[half:]
    return state, len(rates)


def _in_order(made: StepRecord) -> Iterator[tuple[str, Array]]:
    """The arrays of a step, named, in the order of computing."""
    yield "x", made.batch.x
    yield "y", made.batch.y
    if made.batch.weight is not None:
        yield "weight", made.batch.weight
    yield from made.before.params.items()
    for l, layer in enumerate(made.layers):
        yield f"{l}.z", layer.z
        yield f"{l}.a", layer.a
    yield "loss", np.asarray(made.loss.value)
    for l, layer in reversed(list(enumerate(made.layers))):
        yield f"{l}.dz", layer.dz
    yield from ((f"{name}.grad", g) for name, g in made.grads.items())
    yield from made.after.memory.items()
    yield from ((f"{name}.next", theta) for name, theta in made.after.params.items())


def _explained(made: StepRecord, place: str, state: State) -> NotFinite:
    if place in ("x", "y", "weight"):
        array = getattr(made.batch, place)
        row = int(made.batch.rows[np.argwhere(~np.isfinite(array))[0][0]])
        return _error(
            f"step {made.t}", f"{place} of training row {row} is not finite",
            "Drop or fill in such rows of the data.", state,
        )  # fmt: skip
    if place in made.before.params:
        return _error(
            f"step {made.t}", f"the parameter {place} is not finite before the step",
            "Start from finite numbers: Network.start(spec, seed=0).", state,
        )  # fmt: skip
    where = f"layer {int(place.split('.')[0]) + 1} ({place})" if "." in place else "the loss"
    largest, name = max((float(np.abs(w).max()), name) for name, w in made.before.params.items())
    return _error(
        f"step {made.t}", f"{where} overflows; the largest parameter is {largest:.3g}, in {name}",
        f"The learning rate {made.learning_rate:g} is probably too large: try "
        f"{min(made.learning_rate / 10, 0.1):g}.{_scale_hint(made.batch.x)}", state,
    )  # fmt: skip


def _scale_hint(x: Array) -> str:
    largest = float(np.abs(x).max())
    return f" The inputs reach {largest:.3g}: standardise them." if largest > 100 else ""


def _error(called: str, got: str, do: str, state: State) -> NotFinite:
    do = f"{do} The state after step {state.step} is kept."
    error = NotFinite(f"train, {called}", "finite numbers everywhere", got, do)
    error.state = state
    return error
