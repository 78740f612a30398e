"""chainrule predict RUN FILE"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from chainrule.cli.options import Engine, Force, Json, Quiet
from chainrule.cli.screen import Screen

if TYPE_CHECKING:
    from chainrule.cli.answering import Answering
    from chainrule.model import Model


def predict(
    path: Annotated[str, Parameter(name="RUN", help="A run file or a model file.")],
    file: Annotated[
        str,
        Parameter(name="FILE", allow_leading_hyphen=True, help="Raw rows, as `train` takes them."),
    ],
    /,
    *,
    output: Annotated[
        str | None,
        Parameter(allow_leading_hyphen=True, help="Write CSV to this file. [default: the screen]"),
    ] = None,
    step: Annotated[
        int | None, Parameter(help="After so many updates. [default: the state to use]")
    ] = None,
    engine: Engine = "auto",
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Answer raw rows: a prediction for each, of classes with their probabilities."""
    from chainrule.cli.answering import Answering
    from chainrule.cli.progress import reading
    from chainrule.core.errors import UsageError

    screen = Screen("predict", as_json=as_json, quiet=quiet)
    target = None if output in (None, "-") else Path(str(output))
    if target is not None and target.exists() and not force:
        raise UsageError(
            f"predict --output {target}", "a path that is free", "a file of that name",
            "Choose another, or replace it with --force.",
        )  # fmt: skip
    model = _model(path, step)
    with reading(screen) as report:
        answering = Answering(model, file, report, engine)
    for note in answering.notes:
        screen.note(f"note: {note}")
    _give(screen, path, answering, target)
    return 0


def _model(path: str, step: int | None) -> Model:
    from chainrule.core.errors import UsageError
    from chainrule.model import load
    from chainrule.training.run_file import RunFile

    if path.endswith(".safetensors"):
        if step is not None:
            raise UsageError(
                "predict --step",
                "a run file, which has its history",
                "a model file",
                "Leave it out.",
            )
        return load(path)
    with RunFile(path) as run:
        model: Model = run.model(step)
    return model


def _give(screen: Screen, path: str, answering: Answering, target: Path | None) -> None:
    """To a file, or to the screen: as CSV, or as one object."""
    from chainrule.model import safely

    about: dict[str, Any] = {"run": path, "file": answering.table.source, "rows": answering.n}
    if target is not None:
        with safely(target) as file:
            text = io.TextIOWrapper(file, "utf-8", newline="")
            csv.writer(text, lineterminator="\n").writerows(_lines(answering))
            text.detach()  # with all of it written: the file is closed by its owner
        screen.note(f"{answering.n} rows in {target}")
    elif screen.as_json:
        about["answers"] = answering.all()
    else:
        csv.writer(sys.stdout, lineterminator="\n").writerows(_lines(answering))
    score = answering.score()
    if score:
        said = ", ".join(f"{name} {value:.4g}" for name, value in score.items())
        screen.note(f"the file has the right answers: {said}")
    screen.give(**about, output=str(target) if target else None, score=score)


def _lines(answering: Answering) -> Iterator[list[Any]]:
    for k, answers in enumerate(answering.blocks()):
        if k == 0:
            yield answering.names  # not before the first rows are seen to be good
        yield from map(list, zip(*(column.tolist() for column in answers.values()), strict=True))
