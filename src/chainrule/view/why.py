"""Why is this number what it is? The step it stands in, who pulls on it, and what if."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.core.errors import UsageError
from chainrule.engine.batches import Batches
from chainrule.engine.protocol import Arrays, rows_of
from chainrule.engine.rates import falls_of, rate_of
from chainrule.engine.reference import forward, loss_of, record
from chainrule.records import Batch, State, StepRecord
from chainrule.spec import Spec
from chainrule.trace.address import parse
from chainrule.trace.lookup import split
from chainrule.trace.walk import Trace
from chainrule.view.parts import Pull
from chainrule.view.settings import Setup
from chainrule.view.words import NOUNS, short

PULLS = 30
WORK = 2**24  # rows × units of a record


@dataclass(frozen=True, eq=False)
class Moment:
    """The step that leads on from a state, with every number; or a state held to a whole part."""

    made: StepRecord
    trace: Trace
    branch: str
    sample: int | None
    inputs: tuple[str, ...]
    alone: bool = False  # the sample is not in the batch, and stands for itself
    part: str | None = None  # whose error it is; None: the step's batch

    @property
    def noun(self) -> str:
        """What a row is called."""
        return "point" if self.part is None else NOUNS[self.part]


def moment(setup: Setup, batches: Batches, branch: str, state: State, sample: int | None) -> Moment:
    """That step's record; of a row that is not in its batch, the record of the row alone."""
    t = state.step + 1
    batch = batches(t)
    alone = sample is not None and sample not in batch.rows
    if sample is not None and alone:
        batch = _alone(batches, sample)
    made = _recorded(setup, setup.spec, state, batch, batches)
    trace = _trace(setup, made, sample)
    return Moment(made, trace, branch, sample, _inputs(setup), alone)


def judged(
    setup: Setup, batches: Batches, branch: str, state: State, sample: int | None,
    part: str, arrays: Arrays,
) -> Moment:  # fmt: skip
    """A state's error over all rows of a part: the very number of the curve.

    As where it is judged, no unit is dropped, and the error is a mean.
    """
    rows = np.arange(arrays.n)
    if sample is not None and not 0 <= sample < arrays.n:
        raise _no_row(sample, arrays.n)
    spec = _as_judged(setup.spec)
    _check_size(arrays.n, spec)
    made = _recorded(setup, spec, state, Batch(rows, *rows_of(arrays, rows)), batches)
    trace = _trace(setup, made, sample)
    return Moment(made, trace, branch, sample, _inputs(setup), part=part)


def _recorded(setup: Setup, spec: Spec, state: State, batch: Batch, batches: Batches) -> StepRecord:
    t = state.step + 1
    _check_size(len(batch.x), spec)
    epoch = batches.epoch(t)
    rate = rate_of(setup.training, t, epoch, falls_of(state))
    with np.errstate(all="ignore"):
        return record(spec, setup.training, state, batch, epoch=epoch, learning_rate=rate)


def _as_judged(spec: Spec) -> Spec:
    layers = tuple(replace(layer, drop_probability=0.0) for layer in spec.layers)
    return replace(spec, layers=layers, conventions=replace(spec.conventions, batch="mean"))


def _check_size(rows: int, spec: Spec) -> None:
    if rows * sum(spec.sizes) > WORK:
        raise UsageError(
            "explain", "a smaller batch", f"{rows:,} rows of {spec}",
            "Choose a smaller batch under Setup, or ask for one point.",
        )  # fmt: skip


def _inputs(setup: Setup) -> tuple[str, ...]:
    prepared = setup.source.data.preparation
    return tuple(column.name for column in prepared.inputs) if prepared else ()


def _trace(setup: Setup, made: StepRecord, sample: int | None) -> Trace:
    names = setup.source.data.names
    known = {name: address for name, address in names.items() if _has(made, address)}
    return Trace(made, sample=sample, names=known, writes=False, whole=False)


def _has(made: StepRecord, address: str) -> bool:
    return address.partition("[")[0] in made.before.params


def _alone(batches: Batches, sample: int) -> Batch:
    if not 0 <= sample < batches.n:
        raise _no_row(sample, batches.n)
    rows = np.array([sample])
    return Batch(rows, *rows_of(batches.arrays, rows))


def _no_row(sample: int, n: int) -> UsageError:
    needs = f"a row from 0 to {n - 1}"
    return UsageError(f"sample {sample}", needs, str(sample), "Choose a point.")


# ---------------------------------------------------------------------------------------- pulls


def pulls(at: Moment, address: str) -> tuple[list[Pull], int, float, float]:
    """The shares of the batch's rows in a gradient, the largest first; how many more, their sum;
    and all together."""
    shapes = {name: np.shape(theta) for name, theta in at.made.before.params.items()}
    asked = parse(address, shapes, at.trace.names)
    layer, kind = split(asked.name)
    here = at.made.layers[layer or 0]
    place = [0 if isinstance(k, slice) else k for k in asked.place]
    if kind == "W" and len(place) == 2:
        shares = here.x[:, place[0]] * here.dz[:, place[1]]
    elif kind == "b" and len(place) == 1:
        shared = shapes[asked.name] != (here.dz.shape[1],)
        shares = here.dz.sum(axis=1) if shared else here.dz[:, place[0]]
    else:
        raise UsageError(
            f"pulls on {address[:60]!r}", "a weight or a bias: 1.W[2,5]", "another number",
            "Click a line of the network.",
        )  # fmt: skip
    order = np.argsort(-np.abs(shares), kind="stable")
    shown, rest = order[:PULLS], order[PULLS:]
    found = [
        Pull(int(at.made.batch.rows[k]), int(k), float(shares[k]), short(shares[k])) for k in shown
    ]
    return found, len(rest), float(shares[rest].sum()), float(shares.sum())


# -------------------------------------------------------------------------------------- what if


def changed(setup: Setup, at: Moment, address: str, value: float) -> tuple[Moment, float]:
    """The same step with one number another one, and what that number is in truth."""
    made = at.made
    state, batch, rate = made.before, made.batch, made.learning_rate
    name, place = _one_number(at, address)
    _check_value(made, name, value)
    if name == "learning_rate":
        was, rate = rate, value
    elif name in state.params:
        was = float(state.params[name][place])
        theta = _with(state.params[name], place, value)
        state = state._replace(params={**state.params, name: theta})
    else:
        was = float(getattr(batch, name)[place])
        batch = batch._replace(**{name: _with(getattr(batch, name), place, value)})
    with np.errstate(all="ignore"):
        other = record(
            made.spec, setup.training, state, batch, learning_rate=rate, epoch=made.epoch
        )
    return replace(at, made=other, trace=_trace(setup, other, at.sample)), was


def _one_number(at: Moment, address: str) -> tuple[str, Any]:
    """What an address names, if it is one number that can be chosen or measured."""
    made = at.made
    shapes: dict[str, tuple[int, ...]] = {
        "learning_rate": (), "x": made.batch.x.shape, "y": made.batch.y.shape,
        **{name: theta.shape for name, theta in made.before.params.items()},
    }  # fmt: skip
    asked = parse(address, shapes, at.trace.names)
    whole = len(asked.place) == len(shapes[asked.name])
    if not whole or any(isinstance(k, slice) for k in asked.place):
        raise UsageError(f"what if {address[:60]!r}", "one number", "several", "Name one of them.")
    return asked.name, asked.place


def _check_value(made: StepRecord, name: str, value: float) -> None:
    if not math.isfinite(value):
        raise UsageError("what if", "a finite number", f"{value:g}", "Try a smaller one.")
    if name != "y":
        return
    if made.batch.y.dtype.kind not in "iu":
        _check_answer(made, value)
        return
    classes = max(2, made.spec.sizes[-1])  # one output tells two classes apart
    if value not in range(classes):
        raise UsageError(
            "what if", f"a class: a whole number from 0 to {classes - 1}", f"{value:g}",
            "Classes count from 0.",
        )  # fmt: skip


def _check_answer(made: StepRecord, value: float) -> None:
    """A loss is a formula for the answers that it is meant for, and for others it says nothing."""
    least, most = made.spec.loss.answers
    if not least <= value <= most:
        to = "up" if math.isinf(most) else f"to {most:g}"
        raise UsageError(
            f"what if with {made.spec.loss.name}", f"an answer from {least:g} {to}", f"{value:g}",
            "Take a number its formula is meant for, or another error in Setup.",
        )  # fmt: skip


def _with(array: Any, place: Any, value: float) -> Any:
    moved = np.array(array)
    moved[place] = value
    return moved


def error_of(at: Moment, batch: Batch) -> str:
    """The mean error of these rows after the step; of a part, that of the state itself."""
    if at.part is not None:
        return short(at.made.loss.value)
    with np.errstate(all="ignore"):
        passed = forward(at.made.spec, at.made.after.params, batch.x)
        return short(loss_of(at.made.spec, passed, batch).per_row.mean())


def value_at(at: Moment, address: str) -> str:
    node = at.trace.node(address)
    return short(node.value) if not isinstance(node.value, list) else ""
