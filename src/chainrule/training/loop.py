"""The training loop: a stream of events, one for each chunk of steps.

    for event in train(network, data, training):
        ...

Progress bar, history, run file and pictures all read this one stream. A consumer is any
callable(event); returning True asks the run to stop after the present chunk. One that has a method
`halts()` is also asked within a step: True throws the step away and ends the run.
"""

from __future__ import annotations

import math
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any

import numpy as np

from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.engine.choice import choose
from chainrule.engine.protocol import NOW, Engine
from chainrule.engine.rates import falls_of, learning_rates, rate_of
from chainrule.engine.reference import start_memory
from chainrule.model import Model
from chainrule.network import Network
from chainrule.records import Ended, Evaluated, Event, Progress, Started, State
from chainrule.spec import Spec, Training
from chainrule.training import arguments, not_finite
from chainrule.training.evaluation import Evaluation
from chainrule.training.history import History, Point
from chainrule.training.run_writer import RunWriter
from chainrule.training.stopping import (
    UNJUDGED,
    history_spacing,
    is_judged,
    judge,
    patience_of,
)

SCREEN = 0.03  # seconds of steps between two events: with an engine's poll, 50 ms to a stop
AT_ONCE = 2**16  # steps at most; arrays of a number for each are laid out ahead
Consumer = Callable[[Event], Any]


@dataclass(frozen=True)
class Result:
    """What `fit` returns. `model` has the best parameters where patience chose, else the last."""

    model: Model
    history: History
    ended: Ended


def fit(
    network: Network, data: Data, training: Training,
    *, run: RunWriter | None = None, consumers: Sequence[Consumer] = (),
) -> Result:  # fmt: skip
    """Train to the end. Ctrl-C and SIGTERM end the run with the model kept.

    Raises NotFinite, with the last good state in it, when numbers stop being finite.
    """
    arguments.check("fit", network, data, training)
    interrupts = Interrupts()
    points: list[Point] = list(run.history()) if run else []
    with interrupts:
        for event in train(network, data, training, run=run, consumers=[*consumers, interrupts]):
            if isinstance(event, Evaluated):
                points.append(Point.of(event))
    assert isinstance(event, Ended)  # a run's last event
    if event.error:
        raise event.error
    model = Model(Network(network.spec, event.state.params), data.preparation)
    return Result(model, History(points), event)


def train(
    network: Network, data: Data, training: Training,
    *, run: RunWriter | None = None, consumers: Sequence[Consumer] = (),
) -> Iterator[Event]:  # fmt: skip
    """Yield the events of a run: Started, then Progress, Evaluated and Saved, at last Ended.

    run: a run file to write; a resumed one says where to go on. Closing the generator early
    leaves a run file that can be resumed.
    """
    arguments.check("train", network, data, training)
    halts = [consume.halts for consume in consumers if hasattr(consume, "halts")]
    course = _Course(network, data, training, run, lambda: any(halt() for halt in halts))
    for event in course.events():
        for consume in consumers:
            answer = consume(event)
            course.stopping |= isinstance(answer, bool | np.bool) and bool(answer)
        yield event


class _Halted(Exception):
    """An evaluation was told to end, and is no news."""


class _Course:
    """One run under way: what is fixed, and the state it has reached."""

    def __init__(
        self, network: Network, data: Data, training: Training, run: RunWriter | None,
        halts: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.spec, self.training, self.run, self.halts = network.spec, training, run, halts
        if run:
            run.begin(network.spec, training, data)
        self.data = _of_classes(data, network.spec, training).fitted(network.spec)
        self.engine: Engine = run.engine if run else choose(self.spec, training)
        self.evaluate = Evaluation(self.spec, self.data, self.engine, self._look)
        self.per_epoch = training.steps_per_epoch(self.data.train.n)
        self.total = training.total_steps(self.data.train.n)
        self.every = history_spacing(self.total, self.per_epoch, patience_of(training))
        memory = start_memory(self.spec, training, network.params)
        self.state = (run and run.start) or State(0, network.params, memory, {})
        self.best = (run and run.best) or self.state
        self.good = self.state  # the last one whose losses were finite
        self.learning_rate = self._rate_of(max(self.state.step, 1))  # of the step that led here
        self.at_once = min(2**10, AT_ONCE)  # steps to be asked for in the next call
        self.stopping = False  # a consumer asked for it
        self.clock = monotonic() - (run.seconds if run else 0.0)

    def events(self) -> Iterator[Event]:
        yield Started(self.spec, self.training, self.data, self.total, self.state)
        try:
            yield from self._events()
        except _Halted:
            yield from self._end("interrupted")

    def _events(self) -> Iterator[Event]:
        reason = None
        control = self.state.control
        if not is_judged(control):
            event, reason = self._evaluated(control.get(UNJUDGED))
            yield event
            yield from self._saved(always=True)
        while self.state.step < self.total and not reason and not self.stopping:
            before = self.state
            progress, ended = self._advance()
            if ended == "not finite":
                yield from self._broken(before, progress.state.step)
                return
            if not len(progress.steps):  # the first one was thrown away
                break
            yield progress
            if self.state.step % self.every == 0 or self.state.step == self.total:
                event, reason = self._evaluated(_last(progress.losses))
                if not self._is_finite(event.losses):
                    yield from self._broken(before, self.state.step)
                    return
                yield event
            if not reason and self.state.step < self.total:  # the end is saved with its reason
                yield from self._saved()
        done = self.state.step >= self.total
        yield from self._end(reason or ("finished" if done else "interrupted"))

    def _advance(self) -> tuple[Progress, str]:
        """Train up to the next point of the history, or for as long as a screen may wait."""
        point = (self.state.step // self.every + 1) * self.every
        goal = min(self.total, point, self.state.step + self.at_once)
        rates = learning_rates(self.training, self.state, self.per_epoch, goal)
        deadline = monotonic() + SCREEN
        chunk = self.engine.train(
            self.spec, self.training, self.state, self.data.train, rates, self.every,
            lambda: NOW if self.halts() else monotonic() > deadline,
        )  # fmt: skip
        steps = np.arange(self.state.step + 1, chunk.state.step + 1)
        self.state = chunk.state
        if len(steps):
            self.learning_rate = float(rates[len(steps) - 1])
        self.at_once = min(2 * max(len(steps), 2**9), AT_ONCE)
        return Progress(
            self.state, steps, chunk.losses, self.learning_rate, self.epoch, self.seconds
        ), chunk.ended

    def _look(self) -> None:
        if self.halts():
            raise _Halted

    def _evaluated(self, batch_loss: float | None) -> tuple[Evaluated, str | None]:
        """Who is told to end before it is done leaves a state that is judged when it goes on."""
        before = self.state.control
        if "best" in before:
            self.state = self.state._replace(control={**before, UNJUDGED: batch_loss})
        losses, metrics = self.evaluate(self.state.params)
        step = self.state.step
        control, reason = judge(before, self.training, step, self.epoch, losses)
        self.state = self.state._replace(control=control)
        if control["best_step"] == step:
            self.best = self.state
        event = Evaluated(
            step, self.epoch, losses, metrics, self.learning_rate, batch_loss, self.seconds
        )
        if self._is_finite(losses):
            self.good = self.state
        if self.run and self._is_finite(losses):
            self.run.add(Point.of(event))
        return event, reason

    def _good(self, state: State) -> State:
        """That state, if its losses are finite; else the last one whose losses were."""
        losses, _ = self.evaluate(state.params)
        return state if self._is_finite(losses) else self.good

    def _is_finite(self, losses: dict[str, float]) -> bool:
        """The test part has no say in anything, so neither in this."""
        return all(math.isfinite(loss) for part, loss in losses.items() if part != "test")

    def _saved(self, *, always: bool = False) -> Iterator[Event]:
        if self.run and (always or self.run.is_due()):
            yield self.run.save(self.state, self.best)

    def _end(self, reason: str) -> Iterator[Event]:
        """Patience takes the best state; all else the last one. The run file keeps both."""
        chosen = self.best if self.training.patience is not None else self.state
        if self.run:
            yield self.run.save(self.state, self.best, _ended(reason, chosen.step))
        yield Ended(reason, chosen, self.best.step)

    def _broken(self, before: State, reached: int) -> Iterator[Event]:
        self.halts = lambda: False  # the good state is found before anything else
        good, error = not_finite.find(
            self.spec,
            self.training,
            before,
            self.data.train,
            reached - before.step,
            self._good,
            self.engine,
        )
        if self.run:
            yield self.run.save(good, self.best, _ended("not finite", good.step, str(error)))
        yield Ended("not finite", good, self.best.step, error)

    @property
    def epoch(self) -> int:
        """Whole epochs behind the present state."""
        return self.state.step // self.per_epoch

    def _rate_of(self, t: int) -> float:
        return rate_of(self.training, t, (t - 1) // self.per_epoch, falls_of(self.state))

    @property
    def seconds(self) -> float:
        return monotonic() - self.clock


def _of_classes(data: Data, spec: Spec, training: Training) -> Data:
    """The data, if there are classes wherever their weights are asked for, and as many."""
    weights, classes = training.class_weight, max(spec.outputs, 2)
    if weights is not None and data.task != "classes":
        raise UsageError(
            "train with class_weight", "data whose answers are classes", f"{data.task}",
            "Leave class_weight out, or weigh rows: Data.from_arrays(x, y, weight).",
        )  # fmt: skip
    if isinstance(weights, tuple) and len(weights) != classes:
        raise UsageError(
            "train with class_weight", f"a weight for each of the network's {classes} classes",
            f"{len(weights)} weights", "They stand in the order of the classes.",
        )  # fmt: skip
    return data


def _ended(reason: str, step: int, why: str = "") -> dict[str, Any]:
    return {"reason": reason, "step": step, "why": why}


def _last(losses: Any) -> float | None:
    return float(losses[-1]) if len(losses) and np.isfinite(losses[-1]) else None


class Interrupts:
    """A consumer that asks a run to stop after the first SIGINT or SIGTERM.

    As a context it takes the signals over, where Python allows it (in the main thread). A second
    Ctrl-C acts as if nothing had been taken over.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self._before: dict[int, Any] = {}

    def __call__(self, event: Event) -> bool:
        return self.received is not None

    def halts(self) -> bool:
        return self.received is not None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.received = number
        self._give_back()

    def _give_back(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}


def resume(
    path: str | Path, *, epochs: int | None = None, steps: int | None = None,
    threads: int | None = None, data: Data | None = None, consumers: Sequence[Consumer] = (),
) -> Result:  # fmt: skip
    """Go on with a run from its last saved state, to the very bits of the undisturbed run.

    epochs, steps: a new length for the whole run, counted from its start. threads: of the native
    engine from here on, to the same bits. data: needed where the run file does not hold it.
    """
    with RunWriter.resume(path, epochs=epochs, steps=steps, threads=threads, data=data) as run:
        if difference := run.same_bits():
            warnings.warn(f"resume {path}: {difference}", stacklevel=2)
        network = Network(run.spec, run.state().params)
        return fit(network, run.data(), run.training, run=run, consumers=consumers)
