"""Where runs and pictures go. Nothing that is there is replaced without --force."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from chainrule.cli.options import TrainOptions
from chainrule.core.checks import one_of
from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.network import Network
from chainrule.spec import Training
from chainrule.training.run_writer import RunWriter


def new_run(
    name: str, given: TrainOptions, network: Network, data: Data, training: Training
) -> RunWriter:
    """The run file asked for, or the first free one of runs/NAME-1.chainrule, -2, ..."""

    def create(path: Path) -> RunWriter:
        return RunWriter.create(
            path, network, data, training, force=given.force, hold_data=not given.no_data
        )

    if given.run is not None:
        return create(Path(given.run))
    for n in count(1):
        path = Path("runs") / f"{name}-{n}.chainrule"
        if path.exists() or pictures_beside(path).exists():
            continue
        try:
            return create(path)
        except UsageError:
            if not path.exists():
                raise
    raise AssertionError("count() has no end")


def pictures_beside(run: Path) -> Path:
    """runs/circles-1.chainrule → runs/circles-1"""
    return run.with_suffix("") if run.suffix else run.with_name(run.name + "-pictures")


def check_pictures(run: Path, asked: str | None, animation: str, *, force: bool) -> None:
    """What can be wrong with the wish for pictures, said before any work is done."""
    one_of("--animation", "it", animation, ("webp", "gif", "none"))
    folder_for(run, asked, force=force)


def folder_for(run: Path, asked: str | None, *, force: bool) -> Path | None:
    """The folder for a run's pictures, None where none are wanted.

    The folder beside a run is the run's own; in any other, pictures stay unless forced.
    """
    if asked == "none":
        return None
    if asked is None:
        return pictures_beside(run)
    folder = Path(asked)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--pictures {asked}", "a folder", "a file", "Choose another path.")
    there = sorted(p.name for p in folder.glob("*.*")) if folder.is_dir() else []
    if there and not force:
        raise UsageError(
            f"--pictures {asked}", "an empty folder, or a new one", f"one that holds {there[0]}",
            "Choose another, or replace what is there with --force.",
        )  # fmt: skip
    return folder
