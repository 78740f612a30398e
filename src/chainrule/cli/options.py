"""The options of the commands, each said once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from chainrule.core.activations import ACTIVATIONS
from chainrule.core.initializers import INITIALIZERS
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.core.schedules import SCHEDULES

HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only]
DRAWN = [name for name in INITIALIZERS if name not in ("given", "numpy_legacy")]
Json = Annotated[
    bool, Parameter(name="--json", negative=(), show_default=False, help="Print one JSON object.")
]
Quiet = Annotated[
    bool, Parameter(name="--quiet", negative=(), show_default=False, help="Print errors only.")
]
Force = Annotated[
    bool, Parameter(name="--force", negative=(), show_default=False, help="Replace what is there.")
]
Pictures = Annotated[
    str | None,
    Parameter(help="Folder for the pictures, or none. [default: beside the run file]"),
]
Engine = Annotated[
    str, Parameter(help="auto: the fastest that can; reference: NumPy, to be read; native: C++.")
]
Threads = Annotated[
    int | None,
    Parameter(help="Of the native engine, at most; the bits are the same. [default: all that pay]"),
]
Animation = Annotated[str, Parameter(help="webp, gif or none.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """What is not given stays as the problem has it."""

    target: Annotated[
        list[str] | None,
        Parameter(
            consume_multiple=False,
            allow_leading_hyphen=True,
            help="Of a file: the column to predict, by name or number; again for several.",
        ),
    ] = None
    task: Annotated[
        str | None, Parameter(help="Of a file: classes or numbers. [default: as the target looks]")
    ] = None
    missing: Annotated[
        str, Parameter(help="Of a file with missing values: error, drop the rows, or mean.")
    ] = "error"
    holes: Annotated[
        list[str] | None,
        Parameter(
            consume_multiple=False,
            allow_leading_hyphen=True,
            help="Of a file: a text that stands for a missing value, as k.A.; again for several.",
        ),
    ] = None
    scale: Annotated[
        str,
        Parameter(help="Of a file's numbers: standard (mean 0, deviation 1), min-max, or none."),
    ] = "standard"
    hidden: Annotated[str | None, Parameter(help="Units of the hidden layers: 4,8; or none.")] = (
        None
    )
    activation: Annotated[
        str | None, Parameter(help=f"Of the hidden layers: {', '.join(HIDDEN)}.")
    ] = None
    init: Annotated[
        str | None,
        Parameter(help=f"Of all weights, the biases start at 0: {', '.join(DRAWN)}."),
    ] = None
    drop_probability: Annotated[
        float | None,
        Parameter(help="Dropout: the share of hidden numbers that a step leaves out."),
    ] = None
    loss: Annotated[
        str | None, Parameter(help=f"{', '.join(LOSSES)}. With settings: huber(delta=2).")
    ] = None
    label_smoothing: Annotated[
        float | None, Parameter(help="Of a cross-entropy: the share spread over all classes.")
    ] = None
    class_weight: Annotated[
        str | None,
        Parameter(help="What classes count in training: balanced, or 1,3 in the order of classes."),
    ] = None
    optimizer: Annotated[
        str | None, Parameter(help=f"{', '.join(OPTIMIZERS)}. With settings: adam(beta1=0.5).")
    ] = None
    learning_rate: Annotated[float | None, Parameter(help="How far one step goes.")] = None
    schedule: Annotated[
        str | None,
        Parameter(help=f"Of the learning rate: {', '.join(SCHEDULES)}. Or step(every=30)."),
    ] = None
    epochs: Annotated[int | None, Parameter(help="Passes over the data at most.")] = None
    steps: Annotated[int | None, Parameter(help="Updates at most.")] = None
    batch_size: Annotated[
        str | None, Parameter(help="Rows of one update: a number, or full. 1 is online.")
    ] = None
    l1: Annotated[float | None, Parameter(help="Strength of the penalty Σ |W|.")] = None
    l2: Annotated[float | None, Parameter(help="Strength of the penalty ½ Σ W².")] = None
    decay: Annotated[
        float | None, Parameter(help="Weights shrink by learning rate times this in each step.")
    ] = None
    clip_norm: Annotated[
        float | None, Parameter(help="The length that all gradients together may have.")
    ] = None
    seed: Annotated[int | None, Parameter(help="Of the start, the order and made-up data.")] = None
    stop_below: Annotated[
        str | None, Parameter(help="Stop when the loss is below this, or none.")
    ] = None
    patience: Annotated[
        int | None,
        Parameter(help="Stop after so many epochs without improvement, with the best state."),
    ] = None
    test_size: Annotated[
        float | None, Parameter(help="Rows kept for the test: a share, or a number.")
    ] = None
    validation_size: Annotated[
        float | None,
        Parameter(help="Training rows that judge when to stop. [default: 0.2 with --patience]"),
    ] = None
    dtype: Annotated[str | None, Parameter(help="float64 or float32.")] = None
    engine: Engine = "auto"
    threads: Threads = None
    starts: Annotated[
        int, Parameter(help="Train so many starts at once, and make the best one the run.")
    ] = 1
    run: Annotated[
        str | None, Parameter(help="Path of the run file. [default: runs/NAME-1.chainrule, ...]")
    ] = None
    pictures: Pictures = None
    animation: Animation = "webp"
    config: Annotated[
        str | None, Parameter(help="A TOML file of these options; the command line wins.")
    ] = None
    no_data: Annotated[
        bool,
        Parameter(
            name="--no-data",
            negative=(),
            show_default=False,
            help="Keep the data out of the run file.",
        ),
    ] = False
    force: Force = False


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ProgramOptions:
    """What is said of a program in the place of what is read in it."""

    data: Annotated[
        str | None, Parameter(help="Of a program: a built-in problem's data, not its own.")
    ] = None
    learning_rate: Annotated[
        float | None, Parameter(help="Of a program: not the one that is read in it.")
    ] = None
    epochs: Annotated[int | None, Parameter(help="Of a program: passes over the data.")] = None
    steps: Annotated[int | None, Parameter(help="Of a program: updates.")] = None
