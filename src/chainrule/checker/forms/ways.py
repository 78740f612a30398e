"""One way to drive a program, and a call made in this way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms import chance, words
from chainrule.checker.forms.calling import Pool
from chainrule.checker.forms.data import Data
from chainrule.checker.forms.parameters import Layout
from chainrule.checker.forms.program import Action, Program
from chainrule.checker.observation import Call, Layer


class World:
    """One fresh state of a program: where its parameters are, and what its functions are given."""

    def __init__(self, root: Any, kind: str, program: Program, name: str = "") -> None:
        self.root, self.name = root, name
        self.kind = kind  # "object" | "container" | "parts" | "globals"
        self.chance = chance.of_object(root)
        self.kept: dict[str, Any] = {}  # results that live on, such as an optimiser's memory
        self.steps = 0
        self.rows_in_all: int | None = None  # where an attribute holds them
        self._program = program

    def like(self, root: Any) -> World:
        """The same with another root."""
        world = World(root, self.kind, self._program, self.name)
        world.rows_in_all = self.rows_in_all
        return world

    def target(self, action: Action) -> Callable[..., Any]:
        if action.owner and self.kind == "object":
            return getattr(self.root, action.name)  # type: ignore[no-any-return]
        return action.function  # type: ignore[no-any-return]

    def give(self, pool: Pool) -> None:
        if self.kind == "container":
            pool.parameters, pool.container = self.root, self.name
        elif self.kind == "parts":
            pool.parts = dict(self.root)


Make = Callable[[Any, Any, float], World]  # (x, y, learning rate), both as the learner wants them


class Way(NamedTuple):
    program: Program
    form: str
    make: Callable[[tuple[int, ...] | None, Any, Any], World]
    layout: Layout
    plan: tuple[Action, ...]
    data: Data
    choosable: bool  # the sizes can be chosen
    online: bool = False  # a step after every sample: it is handed one at a time
    seed: int = 0  # of the learner's own generators
    own: bool = True  # the program makes the weights it starts with
    shows: tuple[Action, ...] = ()  # forward and loss functions, asked for what the plan hides

    @property
    def entry(self) -> str:
        said = [f"{a.qualified}({', '.join(a.parameters())})" for a in self.plan]
        return "; ".join(said)

    @property
    def columns(self) -> bool:
        """Samples are handed over as columns."""
        return self.data.samples.startswith("column")

    @property
    def steps(self) -> bool:
        """The last action is one that changes the weights."""
        last = self.plan[-1]
        verbs = words.UPDATE | words.TRAIN - ({"nn"} if last.does(words.LOSSES) else set())
        updating = last.does(verbs) and not last.does(words.BACKWARD)  # nnCostFunction is none
        return updating or last.takes(words.RATE)


class Seen(NamedTuple):
    """A call, and what is known of it beyond."""

    call: Call
    settings: dict[str, float]
    rate_set: bool
    loss_is: str
    counts: dict[str, int]
    steady: bool = True  # another seed gives the same numbers
    later: bool = False  # its first epoch changes no weights, the next one does
    odd: str = ""  # a gradient that has another shape than the weights

    @property
    def whole(self) -> bool:
        """Nothing is missing in the gradients; or the weights were changed."""
        call = self.call
        if call.gradients is None:
            return True
        return whole(call.gradients, call.before)

    @property
    def worth(self) -> int:
        """How much of the learner's numbers this shows."""
        call = self.call
        found = 0
        if call.gradients is not None:
            found += 6 if self.whole else 2
        if self.later or (call.after is not None and moved(call.before, call.after)):
            found += 5
        found = found and found + (call.outputs is not None) + (call.loss is not None)
        return found if self.steady else (found + 1) // 2


def whole(found: Sequence[Layer | None], weights: Sequence[Layer]) -> bool:
    """A gradient for every matrix and every bias."""
    pairs = zip(found, weights, strict=True)
    return all(g is not None and (g.b is None) == (w.b is None) for g, w in pairs)


def moved(before: Sequence[Layer], after: Sequence[Layer]) -> bool:
    return any(
        not np.array_equal(x, y, equal_nan=True)
        for one, two in zip(before, after, strict=True)
        for x, y in ((one.W, two.W), (one.b, two.b))
        if x is not None and y is not None
    )
