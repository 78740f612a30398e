"""What the page says. Each command carries a number of the page's own, which its answer repeats.

A command that only moves the session (play, seek, ...) is answered by `done`; one that asks for
something (explain, code, ...) by that something; and each of them by `failed` where it can't be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from chainrule.core.errors import UsageError
from chainrule.view.wire import Message

FARTHEST = 1000  # steps by one command


@dataclass(frozen=True)
class Command(Message):
    """What every command has."""

    tag: ClassVar[str] = "do"
    id: int


@dataclass(frozen=True)
class Hello(Command):
    """The first command of a connection. `have`: how many points of each branch's curve the page
    holds of that session; the answer goes on where they end, so that none is missing or doubled.
    The answers: welcome, form, session, network, scene, curve of each branch, doctor; then frames.
    """

    session: str = ""
    have: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Look(Command):
    """What this page wants in its frames from now on.

    layer, unit: whose map is magnified; layer −1 are the inputs; null: the first output's.
    compare: a second branch whose map is wanted, at the same step. side: points of the large map
    in a row; small: of a unit's. rate: frames a second at most; 0: none. sample, part: a row whose
    numbers in every unit are wanted; null: none.
    """

    layer: int | None = None
    unit: int = 0
    compare: str | None = None
    gradients: bool = True
    side: int = 100
    small: int = 40
    rate: int = 60
    sample: int | None = None
    part: Literal["train", "validation", "test"] = "train"


@dataclass(frozen=True)
class Play(Command):
    """Train on; in the past, repeat what was, bit for bit, and then train on."""


@dataclass(frozen=True)
class Pause(Command):
    """Stand still at once; a step that takes long is thrown away, and made again by play."""


@dataclass(frozen=True)
class Step(Command):
    """Pause, and go so many steps: 1 forward, −1 back; at most 1,000."""

    by: int = 1

    def check(self) -> None:
        """Raises UsageError where that is too far."""
        if abs(self.by) > FARTHEST:
            raise UsageError(
                f"step by {self.by}", f"at most {FARTHEST:,} steps", f"{abs(self.by):,}",
                "Press play to go on, or seek a state that was reached.",
            )  # fmt: skip


@dataclass(frozen=True)
class Seek(Command):
    """Stand at a state of the shown branch, any that it has reached."""

    step: int


@dataclass(frozen=True)
class Speed(Command):
    """How fast play goes: a step now and then, about 15 seconds a run, or as fast as it can."""

    speed: Literal["slow", "normal", "fast"]


@dataclass(frozen=True)
class Configure(Command):
    """Start anew with these settings, the others as they are. `whole`: the others as they are for
    the chosen data where nobody chose. The names are those of the form.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    whole: bool = False


@dataclass(frozen=True)
class Plan(Command):
    """What these settings would make beside the present ones. Only asked: nothing is changed."""

    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Address(Command):
    """Start anew with the settings of a shared link: what stands behind the # of its address."""

    text: str


@dataclass(frozen=True)
class Branch(Command):
    """From a state of the shown branch, another future: the same past, other settings of training.

    It is a run file of its own, and is shown from now on.
    """

    step: int
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Show(Command):
    """Let another branch be the one that is shown and trained."""

    branch: str


@dataclass(frozen=True)
class Drop(Command):
    """Take a branch off the page; its run file stays."""

    branch: str


@dataclass(frozen=True)
class Explain(Command):
    """Where the number at an address comes from, in the step after the shown state.

    An address is as in `chainrule explain`: "1.W[2,5]" (its update), "1.dW[2,5]", "0.z[3,1]",
    "loss"; or the key of a node that a derivation named. sample: a row of the training part; its
    share of every sum over the batch is shown. A row that is not in the batch is explained alone,
    as a batch of one. part: instead of the step, the state held to all rows of that part; "loss"
    is then the very number of the curve, and sample a row of that part. also: keys of nodes that
    are wanted with it; what no longer exists is left out.
    """

    address: str
    sample: int | None = None
    step: int | None = None
    part: Literal["train", "validation", "test"] | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhatIf(Command):
    """What would follow, had one number been another: a parameter "1.W[2,5]", the
    "learning_rate", or a number of the data, "x[0,1]" or "y[0,0]" (place in the batch, column)."""

    address: str
    changed: str
    value: float
    sample: int | None = None
    step: int | None = None
    part: Literal["train", "validation", "test"] | None = None


@dataclass(frozen=True)
class Pulls(Command):
    """Who pulls on a weight or bias: the share of each point of the batch in its gradient."""

    address: str
    step: int | None = None


@dataclass(frozen=True)
class Row(Command):
    """One row of a part at the shown state: its numbers in every unit, and its loss."""

    part: Literal["train", "validation", "test"]
    row: int


@dataclass(frozen=True)
class Code(Command):
    """The present network and training as a program that runs."""

    language: Literal["chainrule", "numpy", "pytorch"]


@dataclass(frozen=True)
class Share(Command):
    """The address that holds all settings. hide: parts of the page that a class shall not see;
    projector: whether the page is to open large."""

    hide: tuple[str, ...] = ()
    projector: bool = False


@dataclass(frozen=True)
class Check(Command):
    """Name the mistake in a program. hint: 1 where, 2 what kind, 3 the formula; null: all."""

    program: str
    name: str = "program.py"
    hint: Literal[1, 2, 3] | None = None


@dataclass(frozen=True)
class StopCheck(Command):
    """End the program that is being checked, if one is."""


@dataclass(frozen=True)
class Runs(Command):
    """The runs that could be opened."""


@dataclass(frozen=True)
class Open(Command):
    """Show a run of that list, by its file's name."""

    name: str


_ALL: tuple[type[Command], ...] = (
    Hello, Look, Play, Pause, Step, Seek, Speed, Configure, Plan, Address, Branch, Show, Drop,
    Explain, WhatIf, Pulls, Row, Code, Share, Check, StopCheck, Runs, Open,
)  # fmt: skip
COMMANDS: dict[str, type[Command]] = {each.message(): each for each in _ALL}
