"""The reference engine: the core, put together.

One training step is `slopes` (forward, loss, backward) and then `move` (the update). Training
does the two again and again; a record is the two done once, with every number kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, NamedTuple

import numpy as np

from chainrule.core import random
from chainrule.core.clipping import clip_scale
from chainrule.core.dense import Array, dense, dense_backward
from chainrule.core.dropout import drop_mask
from chainrule.core.losses import LossResult
from chainrule.core.optimizers import Memory
from chainrule.engine.batches import Batches
from chainrule.engine.fingerprint import fingerprint
from chainrule.engine.protocol import Arrays, Chunk
from chainrule.engine.rates import falls_of, rate_of
from chainrule.records import Batch, LayerRecord, Params, State, StepRecord
from chainrule.spec import Spec, Training

POLL = 0.02  # seconds between two looks at stop()
NO_PENALTY = Training(steps=1)
Memories = dict[str, Memory]  # by parameter name
Masks = Mapping[int, Array]  # by layer, for those with dropout: (n, units)
NO_MASKS: Masks = {}


class Passed(NamedTuple):
    """What one layer took and made on the way forward."""

    x: Array  # (n, fan_in)
    z: Array  # (n, units)
    a: Array  # (n, units)        before dropout


def forward(spec: Spec, params: Params, x: Array, masks: Masks = NO_MASKS) -> list[Passed]:
    """From the data to the outputs: z = x W + b, a = f(z), layer after layer.

    In training, a layer with dropout hands a · mask on. Predictions have no masks.
    """
    passed = []
    for l, (W, b, activation) in enumerate(spec.stack):
        z = dense(x, params[W], params.get(b))
        a = activation.f(z)
        passed.append(Passed(x, z, a))
        x = a * masks[l] if l in masks else a
    return passed


def masks_of(spec: Spec, training: Training, t: int, n: int) -> Masks:
    """What dropout multiplies by in step t, which has n rows: drawn anew for every step.

    A step's draws stand where those of the steps before it end, had all as many rows.
    """
    before = (t - 1) * (training.batch_size or n)
    masks = {}
    for l, drop_probability in spec.drops:
        units = spec.layers[l].units
        bits = random.stream(training.seed, random.dropout_of_layer(l), before * units)
        masks[l] = drop_mask(bits, n, units, drop_probability, spec.dtype)
    return masks


def loss_of(spec: Spec, passed: list[Passed], batch: Batch, *, value: bool = True) -> LossResult:
    """The loss of the outputs, and its gradient by the last layer's z or a."""
    loss, how = spec.loss, spec.conventions
    q = passed[-1].z if loss.on == "z" else passed[-1].a
    return loss(q, batch.y, batch.counts, batch=how.batch, outputs=how.outputs, value=value)


def backward(
    spec: Spec, params: Params, passed: list[Passed], d: Array,
    *, to_the_data: bool, masks: Masks = NO_MASKS,
) -> tuple[LayerRecord, ...]:  # fmt: skip
    """From the loss back to the data: dz = da · f′(z), then dx, dW and db, last layer first.

    d is the gradient of the loss by the last layer's z or a, as the loss says. What dropout
    multiplied by on the way forward, it multiplies by on the way back.
    """
    records = []
    da = None if spec.loss.on == "z" else d
    for l in reversed(range(len(passed))):
        x, z, a = passed[l]
        W, b, activation = spec.stack[l]
        mask = masks.get(l)
        through = da if da is None or mask is None else da * mask
        dz = d if through is None else activation.backward(through, z, a)
        g = dense_backward(dz, x, params[W], params.get(b), needs_dx=to_the_data or l > 0)
        handed_on = a if mask is None else passed[l + 1].x
        records.append(LayerRecord(x, z, handed_on, mask, da, dz, *g))
        da = g.dx
    return tuple(reversed(records))


def gradients_of(spec: Spec, layers: tuple[LayerRecord, ...]) -> Params:
    """The layers' gradients by parameter name."""
    grads: Params = {}
    for (W, b), layer in zip(spec.names, layers, strict=True):
        grads[W] = layer.dW
        if layer.db is not None:
            grads[b] = layer.db
    return grads


def penalty_of(spec: Spec, training: Training, params: Params, batch: Batch) -> tuple[Any, Params]:
    """What large weights cost: value and gradients, for the weights and never for biases."""
    value: Any = 0.0
    grads: Params = {}
    for strength, penalty in training.penalties:
        if spec.conventions.penalty_over_batch:
            counts = batch.counts
            size = len(batch.x) if counts is None else counts.sum()
            strength = strength / size if size > 0 else 0.0
        for W, _ in spec.names if strength else ():
            cost, slope = penalty.of(params[W])
            value = value + strength * cost
            grads[W] = grads.get(W, 0) + strength * slope
    return value, grads


class Slopes(NamedTuple):
    """All of a step but its update."""

    loss: LossResult
    layers: tuple[LayerRecord, ...]
    penalty: Any
    penalty_grads: Params
    clip_scale: float  # 1 where nothing was clipped
    grads: Params  # what the optimiser receives


def slopes(
    spec: Spec, training: Training, params: Params, batch: Batch,
    *, to_the_data: bool = False, value: bool = True, masks: Masks = NO_MASKS,
) -> Slopes:  # fmt: skip
    """Forward, loss, backward: how the loss changes with every parameter."""
    passed = forward(spec, params, batch.x, masks)
    loss = loss_of(spec, passed, batch, value=value)
    layers = backward(spec, params, passed, loss.d, to_the_data=to_the_data, masks=masks)
    grads = gradients_of(spec, layers)
    penalty, penalty_grads = penalty_of(spec, training, params, batch)
    for name, g in penalty_grads.items():
        grads[name] = grads[name] + g
    scale = 1.0
    if training.clip_norm is not None:
        moving = (grads[name] for name in grads if name not in spec.frozen)
        scale = clip_scale(moving, training.clip_norm)
        grads = {name: g * scale for name, g in grads.items()} if scale != 1 else grads
    return Slopes(loss, layers, penalty, penalty_grads, scale, grads)


def move(
    training: Training, params: Params, memories: Memories, grads: Params,
    t: int, learning_rate: float,
) -> None:  # fmt: skip
    """Every parameter with a memory takes its step, in place: the arrays are the caller's own.

    Decay shrinks weights first, W ← (1 − learning_rate · decay) W: no gradient sees it.
    """
    update, kept = training.optimizer.update, 1 - learning_rate * training.decay
    for name, memory in memories.items():
        theta = params[name]
        if kept != 1 and name.endswith(".W"):
            theta *= kept
        _, memories[name] = update(theta, grads[name], memory, t, learning_rate, out=theta)


def own(spec: Spec, state: State) -> tuple[Params, Memories]:
    """Copies of a state's parameters, free to be changed, and the memory of those that move."""
    memories: Memories = {name: {} for name in state.params if name not in spec.frozen}
    for key, array in state.memory.items():
        name, _, kept = key.rpartition(".")
        memories[name][kept] = array
    return {name: theta.copy() for name, theta in state.params.items()}, memories


def flat(memories: Memories) -> Params:
    """The memory as a state holds it: one mapping, "0.W.m" and so on."""
    return {
        f"{name}.{m}": array for name, memory in memories.items() for m, array in memory.items()
    }


def record(
    spec: Spec, training: Training, state: State, batch: Batch,
    *, learning_rate: float | None = None, epoch: int | None = None,
) -> StepRecord:  # fmt: skip
    """Every number of the step that leads on from `state`, all arrays read-only.

    epoch: of the step; where a batch is all rows every step is an epoch, else 0 is assumed.
    learning_rate: instead of the one that the schedule has for this step.
    """
    batch, t = _views(batch), state.step + 1
    epoch = epoch if epoch is not None else 0 if training.batch_size else state.step
    if learning_rate is None:
        learning_rate = rate_of(training, t, epoch, falls_of(state))
    rate = float(learning_rate)
    kept = {name: array.copy() for name, array in state.memory.items()}
    before = state._replace(params=own(spec, state)[0], memory=kept)
    masks = masks_of(spec, training, t, len(batch.x))
    found = slopes(spec, training, before.params, batch, to_the_data=True, masks=masks)
    params, memories = own(spec, state)
    move(training, params, memories, found.grads, t, rate)
    made = StepRecord(
        t, epoch, batch, rate, spec, training, found.layers, found.loss,
        found.penalty, found.penalty_grads, found.clip_scale, found.grads,
        before, State(t, params, flat(memories), state.control), reference.name,
    )  # fmt: skip
    for array in _arrays(made):
        array.setflags(write=False)
    return made


def _views(batch: Batch) -> Batch:
    """The same numbers: what becomes read-only is the record's view, not the caller's array."""
    return Batch._make(None if array is None else array.view() for array in batch)


def _arrays(part: Any) -> list[Array]:
    """All arrays in a record, however deep."""
    if isinstance(part, np.ndarray):
        return [part]
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, tuple) else ()
    return [array for each in inside for array in _arrays(each)]


def start_memory(spec: Spec, training: Training, params: Params) -> Params:
    """The optimiser's memory before the first step: zeros."""
    return {
        f"{name}.{m}": np.zeros_like(theta)
        for name, theta in params.items()
        if name not in spec.frozen
        for m in training.optimizer.keeps
    }


class Reference:
    """The engine that is the definition of all others."""

    name = "reference"

    @property
    def fingerprint(self) -> str:
        return fingerprint()

    def supports(self, spec: Spec, training: Training) -> str | None:
        return None

    def predict(self, spec: Spec, params: Params, x: Array) -> Array:
        return forward(spec, params, x)[-1].a

    def evaluate(
        self, spec: Spec, params: Params, batch: Batch,
        stop: Callable[[], object] | None = None,
    ) -> tuple[Array, Array]:  # fmt: skip
        passed = forward(spec, params, batch.x)
        return loss_of(spec, passed, batch).per_row, passed[-1].a

    def gradients(self, spec: Spec, params: Params, batch: Batch) -> tuple[float, Params]:
        found = slopes(spec, NO_PENALTY, params, batch)
        return found.loss.value, found.grads

    def train(
        self, spec: Spec, training: Training, state: State, arrays: Arrays,
        learning_rates: Array, every: int, stop: Callable[[], int],
    ) -> Chunk:  # fmt: skip
        batches, (params, memories) = Batches(arrays, training), own(spec, state)
        losses, t, look = np.full(len(learning_rates), np.nan), state.step, monotonic() + POLL
        ended = "done"
        with np.errstate(over="ignore", invalid="ignore"):  # looked for below
            for i, learning_rate in enumerate(learning_rates.tolist()):
                t += 1
                asked = t % every == 0
                batch = batches(t)
                masks = masks_of(spec, training, t, len(batch.x)) if spec.drops else NO_MASKS
                found = slopes(spec, training, params, batch, value=asked, masks=masks)
                move(training, params, memories, found.grads, t, learning_rate)
                if asked:
                    losses[i] = found.loss.value
                if monotonic() > look:
                    if stop():
                        losses, ended = losses[: i + 1], "stopped"
                        break
                    look = monotonic() + POLL
        memory = flat(memories)
        finite = all(np.isfinite(array).all() for array in (*params.values(), *memory.values()))
        if not finite or np.isinf(losses).any():
            ended = "not finite"
        return Chunk(State(t, params, memory, state.control), losses, ended)


reference = Reference()
