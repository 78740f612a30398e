"""Right programs, drawn from every style and convention."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from tests.checker.generator import curves as _curves  # noqa: F401  its rows register themselves
from tests.checker.generator.conventions import draw_plan
from tests.checker.generator.hands import Probe, Right
from tests.checker.generator.layouts import render
from tests.checker.generator.plan import Plan
from tests.checker.generator.run import Running
from tests.checker.generator.styles import STYLES


def of_plan(plan: Plan, words: str) -> Right:
    """A right program of the three layouts."""

    def probe(space: dict[str, Any], draw: np.random.Generator) -> Probe:
        run = Running(plan, seed=int(draw.integers(1000)))
        sign = -1 if "target minus output" in words and plan.seen == "gradient" else 1
        keys = list(run.params)

        def gradients() -> list[np.ndarray]:
            found = run.gradients()
            return [sign * found[key] for key in keys]

        return Probe([run.params[key] for key in keys], run.loss, gradients)

    return Right(render(plan), words, probe)


def draw(seed: int, count: int) -> list[Right]:
    """So many different right programs, each with its probe."""
    rng = random.Random(seed)
    found: dict[str, Right] = {}
    while len(found) < count:
        if rng.random() < 0.5:
            right = of_plan(*draw_plan(rng))
        else:
            right = STYLES[rng.choice(list(STYLES))](rng)
        found.setdefault(right.source, right)
    return list(found.values())


def right_programs(seed: int, count: int) -> list[tuple[str, str]]:
    """(source, description) of so many different right programs."""
    return [(right.source, right.description) for right in draw(seed, count)]
