"""The generators a learner's code draws from, set to the same state before each call."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from chainrule.checker.forms.program import Program


class Chance:
    """Generators among some values, as they are now."""

    def __init__(self, held: Any) -> None:
        self._kept: list[tuple[Any, Any]] = []
        for value in held:
            if isinstance(value, np.random.Generator):
                self._kept.append((value, value.bit_generator.state))
            elif isinstance(value, np.random.RandomState):
                self._kept.append((value, value.get_state()))
            elif isinstance(value, random.Random):
                self._kept.append((value, value.getstate()))

    def restore(self, seed: int = 0) -> None:
        """All generators as they were; under another seed than 0, further on."""
        for value, state in self._kept:
            if isinstance(value, np.random.Generator):
                value.bit_generator.state = state
                value.random(seed)
            elif isinstance(value, np.random.RandomState):
                value.set_state(state)
                value.random_sample(seed)
            else:
                value.setstate(state)
                if seed:
                    value.random()


_FILES: dict[int, tuple[Any, Chance]] = {}


def of_file(program: Program) -> Chance:
    """The file's own generators, as they were when it was first looked at."""
    space = program.namespace
    kept = _FILES.get(id(space))
    if kept is None or kept[0] is not space:
        _FILES.clear()
        _FILES[id(space)] = kept = space, Chance([*space.values()])
    return kept[1]


def of_object(root: Any) -> Chance:
    return Chance([*vars(root).values()] if hasattr(root, "__dict__") else [])


def restore(program: Program, held: Chance, seed: int) -> None:
    """Every generator there is, before a call."""
    np.random.seed(seed)  # noqa: NPY002  the learner's generator
    random.seed(seed)
    of_file(program).restore(seed)
    held.restore(seed)
