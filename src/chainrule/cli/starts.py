"""chainrule train DATA --starts N: of many starts, the best is the one that becomes the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from chainrule.cli import progress
from chainrule.cli.options import TrainOptions
from chainrule.cli.screen import Screen
from chainrule.cli.setup import Setup
from chainrule.core.checks import whole
from chainrule.core.errors import UsageError
from chainrule.data.problems import PROBLEMS
from chainrule.training.many import is_drawn, start, train_many
from chainrule.training.starts import Many


class Chosen(NamedTuple):
    """What is to be trained, and how all starts did."""

    setup: Setup
    starts: dict[str, Any]


def chosen(screen: Screen, given: TrainOptions, setup: Setup) -> Chosen | None:
    """The setup with the seed of the best of so many starts, from its own seed up.

    None where Ctrl-C came first.
    """
    whole("train", "--starts", given.starts)
    _check(given, setup)
    spec, training = setup.network.spec, setup.training
    seeds = range(training.seed, training.seed + given.starts)
    with progress.starts(screen) as report:
        many = train_many(spec, setup.data, training, seeds=seeds, report=report)
    if "interrupted" in many.ended:
        screen.note("interrupted: no start was chosen, and there is no run")
        return None
    best = int(many.seeds[int(np.argmin(many.losses))])
    setup = setup._replace(network=start(spec, best), training=replace(training, seed=best))
    return Chosen(setup, _told(many, best, training.stop_below is not None))


def _told(many: Many, best: int, has_target: bool) -> dict[str, Any]:
    least, half, most = np.quantile(many.losses, [0, 0.5, 1], method="inverted_cdf").tolist()
    reached = many.ended.count("target") if has_target else None
    return {
        "of": len(many), "reached": reached, "best": best,
        "losses": [loss if np.isfinite(loss) else None for loss in (least, half, most)],
    }  # fmt: skip


def _check(given: TrainOptions, setup: Setup) -> None:
    if not is_drawn(setup.network.spec):
        raise UsageError(
            "train --starts", "a network whose starting weights are drawn",
            f"{setup.problem.name}, which gives them",
            "Leave it out, or add --init glorot_uniform.",
        )  # fmt: skip
    if given.no_data and setup.problem.name in PROBLEMS:
        raise UsageError(
            "train --starts", "a run file that holds the data, which were made from another seed",
            "--no-data", "Leave one of the two out.",
        )  # fmt: skip
