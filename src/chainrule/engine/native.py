"""The native engine: the core's mathematics in C++ (native/), for what the core's tables hold.

It makes the same steps as `reference`, many times as fast: the same draws and the same order of
rows to the bit, sums within the bound of rounding. What a user adds in Python stays with the
reference; `supports` says in one sentence what that is.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from time import monotonic
from typing import Any

import numpy as np

from chainrule.core import activations, losses, optimizers, penalties, random
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import Settings
from chainrule.engine.batches import NO_ROWS, Batches
from chainrule.engine.plans import (
    ANY_TRAINING,
    MISSING,
    _native,
    contiguous,
    counts_of,
    flat,
    plan_of,
    unflat,
)
from chainrule.engine.protocol import Arrays, Chunk
from chainrule.engine.reference import POLL, reference, slopes
from chainrule.records import Batch, Params, State
from chainrule.spec import Spec, Training

MOST_THREADS = 255  # of one pool: native/pool.cpp
MANY = 2**15  # rows whose order takes longer to make than a few steps
SHARE = 8  # of an epoch: of fewer steps than one in so many, its order is kept between calls


def why_not() -> str | None:
    """None where the compiled part is there, else in one sentence why it is not."""
    if MISSING is None:
        return None
    if find_spec("chainrule._native") is None:
        return (
            "This installation has no compiled part: no C++ compiler was found when it was "
            "installed, or CHAINRULE_SKIP_NATIVE was set. With one, install it again."
        )
    return f"The compiled part of this installation can't be loaded: {MISSING}."


def _is_ours(table: Any, row: Any) -> bool:
    """Whether a row is the core's own: not one of the same name, and not of a subclass."""
    if not isinstance(row, Settings):
        return getattr(table, row.name, None) is row
    made_by = type(row)
    return made_by.__module__ == table.__name__ and getattr(table, made_by.__name__) is made_by


def refused(spec: Spec, training: Training) -> str | None:
    """What of a network or its training is not of the core's tables, in one sentence."""
    rows: list[tuple[str, Any, Any]] = [
        ("activation", activations, layer.activation) for layer in spec.layers
    ]
    rows += [("loss", losses, spec.loss), ("optimizer", optimizers, training.optimizer)]
    rows += [("penalty", penalties, penalty) for _, penalty in training.penalties]
    for kind, table, row in rows:
        if not _is_ours(table, row):
            return f"The {kind} {row.name} is your own: it is known in Python alone."
    return None


@contextmanager
def _said_alike(reference_does: Callable[[], Any]) -> Iterator[None]:
    """What is wrong with a call is said in the words of the reference, where it minds as well."""
    try:
        yield
    except UsageError:
        reference_does()
        raise


class Native:
    """The kernels as an engine. Results do not depend on the number of threads."""

    name = "native"

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads

    @property
    def threads(self) -> int:
        """As many as asked for here, else CHAINRULE_THREADS, else one for each free core."""
        return min(self._threads or threads_wanted(), MOST_THREADS)

    @property
    def target(self) -> str:
        """The instruction set in use: avx512, avx2, base."""
        return str(_native.target())

    @property
    def fingerprint(self) -> str:
        return fingerprint()

    def supports(self, spec: Spec, training: Training) -> str | None:
        return why_not() or refused(spec, training)

    def predict(self, spec: Spec, params: Params, x: Array) -> Array:
        with _said_alike(lambda: reference.predict(spec, params, x)):
            return self._forward(spec, params, x, None)[1]

    def predictor(self, spec: Spec, params: Params) -> Callable[[Any], Array]:
        """`predict` as a function of x alone, for call after call: one row costs 0.3 µs and its
        products. It reads `params` anew each time, so it may be kept while they change."""
        plan = plan_of(spec, ANY_TRAINING, 1)
        return _native.Predictor(params, plan, spec.dtype, self.threads)

    def evaluate(
        self, spec: Spec, params: Params, batch: Batch,
        stop: Callable[[], object] | None = None,
    ) -> tuple[Array, Array]:  # fmt: skip
        """The loss of each row (n,), and the outputs (n, outputs)."""
        with _said_alike(lambda: reference.evaluate(spec, params, batch)):
            return self._forward(spec, params, batch.x, batch.y, stop)

    def _forward(
        self, spec: Spec, params: Params, x: Array, y: Array | None,
        stop: Callable[[], object] | None = None,
    ) -> tuple[Array, Array]:  # fmt: skip
        x, y = contiguous(spec, x, y)
        a = np.empty((len(x), spec.outputs), dtype=spec.dtype)
        per_row = np.empty(len(x), dtype=spec.dtype)
        plan = plan_of(spec, ANY_TRAINING, 1)
        _native.forward(plan, flat(spec, params), x, y, a, per_row, self.threads, stop)
        return per_row, a

    def gradients(self, spec: Spec, params: Params, batch: Batch) -> tuple[float, Params]:
        gradient = np.empty(spec.parameters, dtype=spec.dtype)
        plan = plan_of(spec, ANY_TRAINING, 1)
        with _said_alike(lambda: reference.gradients(spec, params, batch)):
            x, y = contiguous(spec, batch.x, batch.y)
            theta, counts = flat(spec, params), counts_of(spec, batch)
            loss = _native.gradients(plan, theta, x, y, counts, gradient, self.threads)
        return gradient.dtype.type(loss), unflat(spec, gradient)

    def train(
        self, spec: Spec, training: Training, state: State, arrays: Arrays,
        learning_rates: Array, every: int, stop: Callable[[], int],
    ) -> Chunk:  # fmt: skip
        batches = Batches(arrays, training)
        first = state.step + 1
        with _said_alike(lambda: slopes(spec, training, state.params, batches(first))):
            course = _Course(spec, training, state, arrays.n, learning_rates, every, stop)
            if getattr(arrays, "gather", None) is None and not _is_piece(batches, course.left):
                course.make(len(learning_rates), batches.everything(), course.plan, self.threads)
            else:  # some batches at a time, in the order they are drawn in
                as_it_comes = plan_of(spec, replace(training, shuffle=False), arrays.n)
                while course.goes_on:
                    steps = min(course.left, batches.at_once(course.step + 1))
                    some = batches.together(course.step + 1, steps)
                    course.make(steps, some, as_it_comes, self.threads)
        return course.chunk(state)


def _is_piece(batches: Batches, steps: int) -> bool:
    """Whether these steps see little of an epoch that is cut into many calls: the kernel would
    make its order anew in each of them."""
    return batches.shuffles and batches.n >= MANY and steps * batches.size * SHARE <= batches.n


class _Course:
    """Steps under way: the numbers that training changes, flat, and the losses asked for."""

    def __init__(
        self, spec: Spec, training: Training, state: State, rows: int,
        learning_rates: Array, every: int, stop: Callable[[], int],
    ) -> None:  # fmt: skip
        self.spec, self.training, self.stop = spec, training, stop
        self.plan = plan_of(spec, training, rows)
        self.theta = flat(spec, state.params)
        self.memory = {m: flat(spec, state.memory, f".{m}") for m in training.optimizer.keeps}
        self.rates = np.ascontiguousarray(learning_rates, dtype=np.float64)
        self.losses = np.full(len(self.rates), np.nan)
        self.every, self.step, self.made = min(every, 2**62), state.step, 0
        self.stopped, self.look = False, monotonic() + POLL

    @property
    def goes_on(self) -> bool:
        if self.made and monotonic() > self.look:
            self.ask()
            self.look = monotonic() + POLL
        return self.left > 0 and not self.stopped

    @property
    def left(self) -> int:
        """Steps still to be made."""
        return len(self.rates) - self.made

    def ask(self) -> int:
        answer = self.stop()
        self.stopped |= bool(answer)
        return answer

    def make(self, steps: int, batch: Batch, plan: _native.Plan, threads: int) -> None:
        """The next steps, on these rows."""
        x, y = contiguous(self.spec, batch.x, batch.y)
        here = slice(self.made, self.made + steps)
        made = _native.train(
            plan, self.theta, self.memory.get("m"), self.memory.get("v"), x, y,
            counts_of(self.spec, batch), self.step, self.rates[here], self.every, self.losses[here],
            self.ask, threads,
        )  # fmt: skip
        self.made, self.step = self.made + made, self.step + made

    def chunk(self, state: State) -> Chunk:
        kept = {m: unflat(self.spec, numbers, f".{m}") for m, numbers in self.memory.items()}
        memory = {
            f"{name}.{m}": kept[m][f"{name}.{m}"]
            for name in self.spec.shapes
            for m in kept
            if name not in self.spec.frozen
        }
        losses = self.losses[: self.made]
        finite = all(np.isfinite(numbers).all() for numbers in (self.theta, *self.memory.values()))
        ended = "stopped" if self.stopped else "done"
        if not finite or np.isinf(losses).any():
            ended = "not finite"
        after = State(self.step, unflat(self.spec, self.theta), memory, state.control)
        return Chunk(after, losses, ended)


def threads_wanted() -> int:
    """CHAINRULE_THREADS, or as many as there are cores that this process may use."""
    asked = os.environ.get("CHAINRULE_THREADS")
    if asked:
        if not asked.isdecimal() or int(asked) < 1:
            raise UsageError(
                "CHAINRULE_THREADS", "a whole number from 1 up", repr(asked),
                "Leave it unset: all cores are used where that pays.",
            )  # fmt: skip
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def fingerprint() -> str:
    """12 hex digits: of the build, the instruction set in use, and a few gradients in both
    precisions, which the compiler's and the processor's roundings are in."""
    alone = Native(threads=1)  # enough, and nothing that is set for threads has a say
    hashed = hashlib.sha256(f"{_native.build_id} {_native.target()}".encode())
    for dtype in ("float64", "float32"):
        for sizes in ((3, 5, 2), (40, 50, 30)):
            spec = Spec.chain(sizes, "tanh", last="sigmoid", dtype=dtype)
            drawn = random.uniform(random.stream(0, 0), spec.parameters + 70 * spec.inputs) * 2 - 1
            theta, x = (part.astype(dtype) for part in np.split(drawn, [spec.parameters]))
            x = x.reshape(-1, spec.inputs)
            batch = Batch(NO_ROWS, x, np.zeros((len(x), spec.outputs)), None)
            loss, grads = alone.gradients(spec, unflat(spec, theta), batch)
            hashed.update(np.float64(loss).tobytes() + flat(spec, grads).tobytes())
    return hashed.hexdigest()[:12]


native = Native()
