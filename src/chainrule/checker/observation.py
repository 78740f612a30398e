"""What was seen of a learner's program: numbers it was given, and numbers it gave back.

The process that runs the learner's code makes readings; it holds no right answers. Another process
judges them. One program may be read in several ways; the judge takes the reading that makes sense.

Everything here is in our layout, whatever the learner's: rows are samples, W is (fan_in, units).
"""

from __future__ import annotations

from typing import NamedTuple

from chainrule.core.dense import Array


class Layer(NamedTuple):
    """The numbers of one layer: its parameters, their gradients, or what they are after a step."""

    W: Array  # (fan_in, units)
    b: Array | None  # (units,), or (1,) where the layer shares one; None without


class Call(NamedTuple):
    """One call of the learner's code."""

    probe: str  # a name of probes.PROBES, or "own": the program's own data and sizes
    x: Array  # (m, inputs)
    y: Array  # (m, outputs)     numbers; labels are written as one-hot rows
    before: tuple[Layer, ...]  # the weights it was given
    gradients: tuple[Layer | None, ...] | None  # what it says the gradients are
    after: tuple[Layer, ...] | None  # the weights afterwards, where it makes the step itself
    learning_rate: float | None = None  # None: not known
    outputs: Array | None = None  # (m, outputs)     its answers under `before`
    loss: float | None = None  # its loss under `before`
    hidden: tuple[Array | None, ...] = ()  # (m, units) each: its hidden activations, where seen
    rows_in_all: int | None = None  # rows of the data set, where the batch is a part of it
    changed: tuple[str, ...] = ()  # what the call changed of what it was handed: "x", "y", "W1"
    warnings: tuple[str, ...] = ()  # "overflow encountered in exp", ...
    seen: dict[str, Array] = {}  # noqa: RUF012  arrays of the program by their own names
    numeric: tuple[Layer | None, ...] | None = None  # central differences of its own loss


class Names(NamedTuple):
    """What the learner calls the numbers of a layer; "" where there is no name."""

    W: str
    b: str
    dW: str = ""
    db: str = ""


class Step(NamedTuple):
    """One step of the program by itself."""

    x: Array  # (m, inputs)
    y: Array  # (m, outputs)
    before: tuple[Layer, ...]
    after: tuple[Layer, ...]


class Own(NamedTuple):
    """How a program trains by itself: nothing here is a number of a probe."""

    where: str  # "loop in line 18, in train()"
    x: Array | None  # (n, inputs)    all of its data; None: not found
    y: Array | None  # (n, outputs)
    steps: tuple[Step, ...]  # its first ones, each from where the one before ended
    starts: tuple[tuple[Layer, ...], ...]  # its weights before training, run after run
    seeded: bool  # it says with which seed it starts, so the first of the starts is its own
    turns: tuple[int, ...]  # of its loops, the outermost first; −1: not known
    made_up: bool  # data stand in for a file or a library that is not there
    learning_rate: float | None  # by its name, or as it is written


class Reading(NamedTuple):
    """One way to understand the program, and the calls that were made in this understanding."""

    form: str  # "gradient function" | "update function" | "object" | "functions" | "script"
    entry: str  # what was called: "backward(params, X, y)", "Network.train_step"
    layout: dict[str, str]  # "samples": rows|columns, "bias": beside|inside|none, "parameters": ...
    targets: str  # "labels" | "one-hot" | "columns"
    calls: tuple[Call, ...]
    names: tuple[Names, ...] = ()
    loss_is: str = ""  # "returned" | "function cost" | "variable loss" | "sum total" | ""
    start: tuple[Layer, ...] | None = None  # the weights the program made for itself, with dtype
    failed: dict[str, str] = {}  # noqa: RUF012  probe -> "ValueError in line 12: ..."
    lines: dict[str, int] = {}  # noqa: RUF012  name of a number -> line of the file that sets it
    settings: dict[str, float] = {}  # noqa: RUF012  numbers the program names: {"lambda": 0.1}
    notes: tuple[str, ...] = ()  # what the judge or the reader of the verdict should know
    own: Own | None = None  # where that was asked for


def names_of(reading: Reading, l: int) -> Names:
    """The learner's names for the numbers of layer l; ours where there are none."""
    own = reading.names[l] if 0 <= l < len(reading.names) else Names("", "")
    return Names(own.W or f"W{l + 1}", own.b or f"b{l + 1}", own.dW or f"dW{l + 1}",
                 own.db or f"db{l + 1}")  # fmt: skip
