"""The figures that a problem's source prints, beside ours: which are wrong, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainrule.data.problems import Problem, Published
from chainrule.engine.reference import reference, start_memory
from chainrule.network import Network
from chainrule.records import State
from chainrule.trace.story import Chapter


def wrong_figures(problem: Problem) -> Iterator[Chapter]:
    """One chapter for each cause that makes a printed figure differ from the right one."""
    wrong = [figure for figure in problem.published if figure.wrong]
    ours = dict(zip(wrong, _ours(problem, wrong), strict=True))
    for cause in dict.fromkeys(figure.wrong for figure in wrong):
        figures = [figure for figure in wrong if figure.wrong == cause]
        many = "figures of the source are" if len(figures) > 1 else "figure of the source is"
        sort = "wrong" if "already updated" in cause else "of another step"
        lines = tuple(
            f"{figure.what}: the source prints {figure.figure}, "
            f"right is {ours[figure]:.{digits(figure)}f}"
            for figure in figures
        )
        yield Chapter(f"{len(figures)} {many} {sort}", f"The cause: {cause}.", lines=lines)


def digits(figure: Published) -> int:
    return len(figure.figure.partition(".")[2])


def _ours(problem: Problem, figures: list[Published]) -> list[float]:
    """The same figures from our own run, each after its own number of updates."""
    data = problem.data().fitted(problem.spec)
    x, y, _ = data.train.block(0, data.train.n)
    found: dict[int, State] = {}
    for step in sorted({figure.state for figure in figures}):
        found[step] = state_after(problem, step, found.get(max(found, default=0)))
    return [
        figure.of(reference.predict(problem.spec, found[figure.state].params, x), y)
        for figure in figures
    ]


def state_after(problem: Problem, step: int, start: State | None = None) -> State:
    """The state of a built-in problem after so many updates, from its own start or from `start`."""
    spec, training = problem.spec, problem.training
    if start is None:
        params = Network.start(spec, seed=training.seed).params
        start = State(0, params, start_memory(spec, training, params), {})
    rates = np.full(step - start.step, training.learning_rate)
    data = problem.data().fitted(spec)
    never = step + 1  # no loss is asked for
    return reference.train(spec, training, start, data.train, rates, never, lambda: False).state
