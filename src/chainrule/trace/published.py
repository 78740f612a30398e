"""The figures that a problem's source prints, beside ours: which are wrong, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from chainrule.data.problems import PROBLEMS, Problem, Published
from chainrule.engine.choice import choose
from chainrule.engine.rates import learning_rates
from chainrule.engine.reference import (
    backward,
    forward,
    gradients_of,
    loss_of,
    start_memory,
)
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.trace.story import Chapter

EARLY = "already updated"  # how the data name the mistake that `mistaken_state` makes


def wrong_figures(problem: Problem) -> tuple[Chapter, ...]:
    """One chapter for each cause that makes a printed figure differ from the right one.

    Where the cause is a mistake that can be made again, it is made again: then the source's own
    figures come out.
    """
    return _told(problem.name) if PROBLEMS.get(problem.name) is problem else ()


@cache  # ten thousand updates, twice
def _told(name: str) -> tuple[Chapter, ...]:
    return tuple(_chapters(PROBLEMS[name]))


def _chapters(problem: Problem) -> Iterator[Chapter]:
    wrong = [figure for figure in problem.published if figure.wrong]
    for cause in dict.fromkeys(figure.wrong for figure in wrong):
        figures = [figure for figure in wrong if figure.wrong == cause]
        many = "figures of the source are" if len(figures) > 1 else "figure of the source is"
        title = f"{len(figures)} {many} {'wrong' if EARLY in cause else 'of another step'}"
        yield Chapter(title, f"The cause: {cause}.", lines=tuple(_lines(problem, figures)))


def _lines(problem: Problem, figures: list[Published]) -> Iterator[str]:
    right, again = _of(problem, figures, state_after), [""] * len(figures)
    if EARLY in figures[0].wrong:
        values = _of(problem, figures, mistaken_state)
        again = [
            f"; with that mistake it is {value:.{_digits(figure)}f}"
            for figure, value in zip(figures, values, strict=True)
        ]
    for figure, value, more in zip(figures, right, again, strict=True):
        shown = f"{value:.{_digits(figure)}f}"
        yield f"{figure.what}: the source prints {figure.figure}, right is {shown}{more}"


def _digits(figure: Published) -> int:
    return len(figure.figure.partition(".")[2])


Reach = Callable[[Problem, int, State | None], State]


def _of(problem: Problem, figures: list[Published], reach: Reach) -> list[float]:
    """The figures from a run of our own, each after its own number of updates."""
    data = problem.data().fitted(problem.spec)
    x, y, _ = data.train.block(0, data.train.n)
    found: dict[int, State] = {}
    for step in sorted({figure.state for figure in figures}):
        found[step] = reach(problem, step, found.get(max(found, default=0)))
    return [
        figure.of(choose(problem.spec).predict(problem.spec, found[figure.state].params, x), y)
        for figure in figures
    ]


def mistaken_state(problem: Problem, step: int, start: State | None = None) -> State:
    """As `state_after`, but the deltas below use weights that this step has already updated."""
    spec, rate = problem.spec, problem.training.learning_rate
    data = problem.data().fitted(spec)
    batch = Batch(np.arange(data.train.n), *data.train.block(0, data.train.n))
    state = state_after(problem, 0) if start is None else start
    params, last = dict(state.params), f"{len(spec.layers) - 1}.W"
    for _ in range(step - state.step):
        passed = forward(spec, params, batch.x)
        d, (x, z, a), f = loss_of(spec, passed, batch).d, passed[-1], spec.stack[-1][-1]
        dW = x.T @ (d if spec.loss.on == "z" else f.backward(d, z, a))
        early = {**params, last: params[last] - rate * dW}
        g = gradients_of(spec, backward(spec, early, passed, d, to_the_data=False))
        params = {n: p if n in spec.frozen else p - rate * g[n] for n, p in params.items()}
    return state._replace(step=step, params=params)


def state_after(problem: Problem, step: int, start: State | None = None) -> State:
    """The state of a built-in problem after so many updates, from its own start or from `start`."""
    spec, training = problem.spec, problem.training
    if start is None:
        params = Network.start(spec, seed=training.seed).params
        start = State(0, params, start_memory(spec, training, params), {})
    data = problem.data().fitted(spec)
    rates = learning_rates(training, start, training.steps_per_epoch(data.train.n), step)
    never = step + 1  # no loss is asked for
    engine = choose(spec, training)
    return engine.train(spec, training, start, data.train, rates, never, lambda: False).state
