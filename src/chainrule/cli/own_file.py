"""A file of one's own as a problem: its data, the network suggested for it, and what was chosen."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, NamedTuple

from chainrule.cli.options import TrainOptions
from chainrule.cli.progress import reading
from chainrule.cli.screen import Screen
from chainrule.core.errors import UsageError
from chainrule.core.losses import ANY, LOSSES
from chainrule.core.tables import look_up
from chainrule.data.parts import Data
from chainrule.data.preparation import Preparation
from chainrule.data.problems import PROBLEMS, Problem
from chainrule.data.sets import SETS, load
from chainrule.data.suggestion import suggest

SHOWN = 8  # columns of one kind that are named


class Made(NamedTuple):
    problem: Problem
    data: Data


def is_meant(name: str) -> bool:
    """Whether a file or a known set is meant: it is there, or its name looks like a file's."""
    if name == "-" or name in SETS or Path(name).exists():
        return True
    return "/" in name or "\\" in name or bool(Path(name).suffix)


def refuse_options(name: str, given: TrainOptions) -> None:
    """What is said of a file says nothing of a problem."""
    named = {"--target": given.target, "--task": given.task}
    named["--missing"] = None if given.missing == "error" else given.missing
    named["--scale"] = None if given.scale == "standard" else given.scale
    named["--holes"] = given.holes or None
    for option, value in named.items():
        if value is not None:
            near = difflib.get_close_matches(name, PROBLEMS, n=1, cutoff=0.5)
            raise UsageError(
                f"chainrule train {name} {option}", f"a file, for {option} is about its columns",
                "a built-in problem" if name in PROBLEMS else "no file of that name",
                f"Leave {option} out, or name a file: ./{near[0] if near else name}.",
            )  # fmt: skip


def problem(name: str, given: TrainOptions, screen: Screen) -> Made:
    """Read the file, and say what was found in it and chosen for it."""
    seed = 0 if given.seed is None else given.seed
    asked: dict[str, Any] = {
        "target": given.target or None, "task": given.task, "missing": given.missing,
        "test_size": given.test_size, "validation_size": given.validation_size, "seed": seed,
        "scale": given.scale, "holes": given.holes or (),
        "scale_target": given.loss is None or look_up(LOSSES, "loss", given.loss).answers == ANY,
    }  # fmt: skip
    with reading(screen) as report:
        data = load(name, **asked) if name in SETS else Data.from_file(name, report=report, **asked)
    spec, training = suggest(data, seed=seed)
    assert data.preparation is not None  # from_file prepares
    return Made(
        Problem(
            run_name(data.source), title(data.preparation), data.source, lambda _: data,
            spec, training, (*data.notes, *notes(data.preparation)),
        ),
        data,
    )  # fmt: skip


def run_name(source: str) -> str:
    """my data.csv.gz → my-data: the beginning of a file's name that is good for a run's."""
    stem = source.partition(".")[0] if not source.startswith(".") else source[1:]
    return re.sub(r"[^\w-]+", "-", stem).strip("-") or "run"


def title(preparation: Preparation) -> str:
    """predict species, one of 3 classes, from 4 columns"""
    target = preparation.target
    names = ", ".join(target.names[:SHOWN]) + ", ..." * (len(target.names) > SHOWN)
    what = f"{names}, one of {len(target.classes)} classes," if target.classes else f"{names}"
    kind = "" if target.classes else ("s" if len(target.names) > 1 else "")
    number = "" if target.classes else f" (number{kind})"
    used = len(preparation.used)
    return f"predict {what}{number} from {used} column{'s' * (used != 1)}"


def notes(preparation: Preparation) -> tuple[str, ...]:
    """Which columns are texts, constant or left out, and why."""
    columns = preparation.columns
    texts = [f"{c.name} ({c.width})" for c in columns if c.kind == "category"]
    why = [f"{c.name}: {c.why}" for c in columns if c.kind == "category" and c.why]
    constant = [c.name for c in columns if c.kind == "number" and c.why]
    out = [f"{c.name} ({c.why})" for c in columns if c.kind == "left out"]
    found = {
        "text, an input for each value: ": texts, "about these: ": why,
        "constant, so of no use: ": constant, "left out: ": out,
    }  # fmt: skip
    return tuple(words + _some(names) for words, names in found.items() if names)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(name[:80] for name in names[:SHOWN]) + more
