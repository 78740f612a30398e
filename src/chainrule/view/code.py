"""The present network and training as a program: in chainrule, in plain NumPy, in PyTorch.

Each of them runs by itself beside the file of numbers it names (rows, answers, start weights), and
prints the losses of the first ten steps: the same ones in all three.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np

from chainrule.core.errors import UsageError
from chainrule.core.tables import row_to_text
from chainrule.network import Network
from chainrule.view import code_chainrule, code_numpy, code_pytorch
from chainrule.view.sets import run_name
from chainrule.view.settings import Setup

FILES = {"chainrule": "train.py", "numpy": "train_numpy.py", "pytorch": "train_pytorch.py"}
WRITERS: dict[str, Callable[[Setup, str], str]] = {
    "chainrule": code_chainrule.program, "numpy": code_numpy.program,
    "pytorch": code_pytorch.program,
}  # fmt: skip
SCHEDULES = ("constant", "step", "exponential", "inverse_scaling", "cosine")


def program(setup: Setup, language: str) -> tuple[str, tuple[str, ...]]:
    """The text, and what has to be known of it."""
    if language != "chainrule":
        _check(setup, language)
    name = data_name(setup)
    text = WRITERS[language](setup, name)
    notes = [f"It reads {name}: Take away, Data."] if name in text else []
    return text, tuple(notes)


def data_name(setup: Setup) -> str:
    return f"{run_name(setup.source)}.npz"


def data_file(setup: Setup) -> bytes:
    """Rows and answers as the network takes them, and its start: plain arrays."""
    data, spec = setup.source.data.fitted(setup.spec), setup.spec
    arrays = dict(Network.start(spec, seed=setup.training.seed).params)
    for name, part in data.parts.items():
        x, y, _ = part.block(0, part.n)
        prefix = "" if name == "train" else f"{name}_"
        arrays |= {f"{prefix}x": np.asarray(x), f"{prefix}y": np.asarray(y)}
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _check(setup: Setup, language: str) -> None:
    """What a short program does not have."""
    training, spec = setup.training, setup.spec
    has = {
        "dropout": bool(spec.drops), "weights of classes": training.class_weight is not None,
        f"the schedule {row_to_text(training.schedule)}": training.schedule.name not in SCHEDULES,
        "more than a million rows": setup.source.data.train.n > 2**20,
    }  # fmt: skip
    for what, there in has.items():
        if there:
            raise UsageError(
                f"code for {language}", "settings that fit into a short program", what,
                "The code for chainrule has them all.",
            )  # fmt: skip
