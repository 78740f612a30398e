"""A run that is stopped, stepped and gone on with: `training.loop` for somebody who watches.

It calls the same engine with the same settings and saves into the same run file, so its states are
those of any other run of it. Only the points of its curve lie closer: each at most half a percent
of the steps behind it, for there need be no planned end to space them by.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

import numpy as np

from chainrule.engine.rates import falls_of, learning_rates, rate_of
from chainrule.records import Evaluated, State
from chainrule.training import not_finite
from chainrule.training.evaluation import Evaluation
from chainrule.training.history import Point
from chainrule.training.loop import AT_ONCE
from chainrule.training.run_writer import RunWriter
from chainrule.training.stopping import UNJUDGED, is_judged, judge, patience_of

CLOSE = 200  # of the steps behind a point, one part may pass until the next
FEW = 3e5  # rows × parameters: as many are evaluated in no time
FORWARD = 3  # times the work of a prediction is that of a step of training, for a row


class Ended(NamedTuple):
    reason: str  # as in records.Ended
    step: int  # of the state to use: the best one where patience chose
    why: str = ""


class Course:
    """One run under way. `advance` makes steps; `points` are new ones of its curve."""

    def __init__(self, run: RunWriter) -> None:
        self.run, self.spec, self.training = run, run.spec, run.training
        self.data = run.data().fitted(run.spec)
        self.engine = run.engine
        self.evaluate = Evaluation(self.spec, self.data, self.engine)
        self.per_epoch = self.training.steps_per_epoch(self.data.train.n)
        self.total = self.training.total_steps(self.data.train.n)
        assert run.start is not None  # it was resumed
        self.state = self.good = run.start
        self.learning_rate = self._rate_of(max(self.state.step, 1))  # of the step that led here
        self.best = run.best or run.start
        self.points: list[Point] = []
        self.ended: Ended | None = None
        self.least = self._least_spacing()
        self.clock = monotonic() - run.seconds
        if not is_judged(self.state.control):
            left = UNJUDGED in self.state.control  # by a run that was told to end meanwhile
            self._evaluate(self.state.control.get(UNJUDGED), self.state if left else None)
            if not self.is_over:
                self.save()

    def advance(self, goal: int, stop: Callable[[], int]) -> None:
        """Steps up to `goal`, or fewer, or none: up to a point of the curve, the end, or stop()."""
        before = self.state
        if before.step >= self.total and not self.is_over:
            self._end("finished")
        goal = min(goal, self.total, self.next_point(), before.step + AT_ONCE)
        if self.ended or goal <= before.step:
            return
        rates = learning_rates(self.training, before, self.per_epoch, goal)
        made = self.engine.train(
            self.spec, self.training, before, self.data.train, rates, goal, stop
        )
        if made.ended == "not finite":
            self._broken(before, made.state.step)
            return
        if made.state.step == before.step:  # the first one was thrown away
            return
        self.state = made.state
        self.learning_rate = float(rates[made.state.step - before.step - 1])
        if self.state.step in (self.next_point(before.step), self.total):
            self._evaluate(float(made.losses[-1]), before)
        if self.state.step >= self.total and not self.is_over:
            self._end("finished")

    def next_point(self, step: int | None = None) -> int:
        """The first state after `step` whose losses are computed: told by the step alone."""
        step = self.state.step if step is None else step
        gap = max(1, step // CLOSE // self.least) * self.least
        patience = patience_of(self.training)
        if patience is not None:
            gap = min(gap, max(1, patience // 4) * self.per_epoch)
        return (step // gap + 1) * gap

    @property
    def is_over(self) -> bool:
        return self.ended is not None

    def save(self) -> None:
        self.run.save(self.state, self.best)

    def save_if_due(self) -> None:
        if self.run.is_due() and not self.ended:
            self.save()

    def _rate_of(self, t: int) -> float:
        return rate_of(self.training, t, (t - 1) // self.per_epoch, falls_of(self.state))

    def _least_spacing(self) -> int:
        """Steps between two points at least: as many as cost no less than to evaluate them."""
        rows = sum(part.n for part in self.data.parts.values())
        batch = min(self.training.batch_size or self.data.train.n, self.data.train.n)
        return 1 if rows * self.spec.parameters <= FEW else -(-rows // (FORWARD * batch))

    def _evaluate(self, batch_loss: float | None, before: State | None = None) -> None:
        losses, metrics = self.evaluate(self.state.params)
        if not _are_finite(losses):
            self._broken(before or self.state, self.state.step)
            return
        step, epoch = self.state.step, self.state.step // self.per_epoch
        control, reason = judge(self.state.control, self.training, step, epoch, losses)
        self.state = self.good = self.state._replace(control=control)
        if control["best_step"] == step:
            self.best = self.state
        event = Evaluated(
            step, epoch, losses, metrics, self.learning_rate, batch_loss, monotonic() - self.clock
        )
        self.points.append(Point.of(event))
        self.run.add(self.points[-1])
        if reason and before is not None:
            self._end(reason)

    def _end(self, reason: str) -> None:
        """Patience takes the best state, all else the last one; the run file keeps both."""
        chosen = self.best if self.training.patience is not None else self.state
        self.run.save(self.state, self.best, _json(Ended(reason, chosen.step)))
        self.ended = Ended(reason, chosen.step)

    def _broken(self, before: State, reached: int) -> None:
        with np.errstate(all="ignore"):
            good, error = not_finite.find(
                self.spec, self.training, before, self.data.train, reached - before.step,
                self._good, self.engine,
            )  # fmt: skip
        self.ended = Ended("not finite", good.step, str(error))
        self.run.save(good, self.best, _json(self.ended))
        self.state = good

    def _good(self, state: State) -> State:
        losses, _ = self.evaluate(state.params)
        return state if _are_finite(losses) else self.good


def _are_finite(losses: dict[str, float]) -> bool:
    """The test part has no say in anything, so neither in this."""
    return all(np.isfinite(loss) for part, loss in losses.items() if part != "test")


def _json(ended: Ended) -> dict[str, Any]:
    return ended._asdict()
