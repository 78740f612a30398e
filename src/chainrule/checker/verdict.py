"""What the checker answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

AGREES = 1e-7  # relative difference below which two gradients are the same for the eye
IN_ALL = {11, 12, 13, 14, 15, 20, 21, 22, 25, 66}  # in every gradient, unless of one layer
OF_DELTA = {20, 21, 22}  # the delta of another loss: of the last layer, and handed down


@dataclass(frozen=True)
class Mistake:
    """One mistake, named. `id` is its number in the catalogue (mistakes.toml)."""

    id: int
    name: str
    where: str  # "forward" | "loss" | "output delta" | "hidden delta" | "weight gradient" | ...
    layer: int | None  # counts from 0; None: every layer, or none of them
    sentence: str
    evidence: str
    formula_right: str
    formula_theirs: str
    line: int | None = None  # of the program: the last one that sets the number in question
    sets: str = ""  # what the program calls that number


@dataclass(frozen=True)
class Verdict:
    """The mistake to mend first stands first. Of what is right, `mistakes` are notes.

    right      the numbers are those of the gradient of its loss
    different  consistent, in a convention that is not ours: `conventions` says which
    wrong      `mistakes` says what
    unknown    wrong, or not understood: `message` says how far the numbers agree
    error      the program can't be run: `message` says why, and what to do
    """

    status: str
    mistakes: tuple[Mistake, ...] = ()
    conventions: dict[str, Any] = field(default_factory=dict)
    form: str = ""
    seconds: float = 0.0
    message: str = ""
    agreement: dict[str, float | None] = field(default_factory=dict)  # "1.dW": relative difference
    isolated: bool = True
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)  # "1.W": (5, 3), of a probe
    names: dict[str, str] = field(default_factory=dict)  # "1.dW": what the learner calls it

    @property
    def exit_code(self) -> int:
        return {"right": 0, "different": 0, "wrong": 1, "unknown": 1, "error": 2}[self.status]

    @property
    def is_of_nothing(self) -> bool:
        """Nothing in the program was found that could be right or wrong."""
        return self.status == "unknown" and not self.form

    @property
    def is_right(self) -> bool:
        return self.exit_code == 0

    @property
    def ticks(self) -> str:
        """What "right" means of one gradient, where a mistake is in all of them; else nothing."""
        shared = [
            number for number, mistake in enumerate(self.mistakes, 1)
            if mistake.where == "forward" or mistake.id in OF_DELTA
            or (mistake.id in IN_ALL and mistake.layer is None)
        ]  # fmt: skip
        agree = any(off is not None and off <= AGREES for off in self.agreement.values())
        if self.is_right or not shared or not agree:
            return ""
        which = " and ".join(map(str, shared))
        several = len(shared) > 1
        return (
            f"Right means: right once mistake{'s' * several} {which} "
            f"{'are' if several else 'is'} mended, which every gradient has."
        )

    def to_json(self) -> dict[str, Any]:
        return {"schema": 1, **asdict(self)}
