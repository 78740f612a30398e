"""What a built-in problem is: data, network, training, and what its source published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chainrule.core.dense import Array
from chainrule.data.parts import Data
from chainrule.spec import Spec, Training


@dataclass(frozen=True)
class Published:
    """A figure that the source prints, and how to find it here."""

    what: str  # "error after 10,000 steps"
    figure: str  # with the digits that the source prints
    state: int  # after so many updates
    of: Callable[[Array, Array], float]  # outputs a and answers y → the number
    wrong: str = ""  # where the source is wrong: why


@dataclass(frozen=True)
class Problem:
    name: str
    title: str
    source: str
    make: Callable[[int], Data]  # seed → data
    spec: Spec
    training: Training
    notes: tuple[str, ...] = ()
    published: tuple[Published, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # the source's own: {"w5": "1.W[0,0]"}

    def data(self, seed: int | None = None) -> Data:
        made = self.make(self.training.seed if seed is None else seed)
        return replace(made, source=self.name, names=self.names)

    def is_original(self, spec: Spec, training: Training) -> bool:
        """True where only the length of the run was changed: the published figures apply."""
        free: dict[str, Any] = {"steps": 1, "epochs": 1, "seed": 0, "engine": "auto"}
        return spec == self.spec and replace(training, **free) == replace(self.training, **free)
