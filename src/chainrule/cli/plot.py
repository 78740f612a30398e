"""chainrule plot RUN, chainrule plot RUN RUN ..."""

from __future__ import annotations

from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from chainrule.cli.options import Animation, Force, Json, Pictures, Quiet
from chainrule.cli.screen import Screen

Only = Annotated[
    str | None,
    Parameter(
        help="Of one run: before, decision, confusion, predicted, error, network, weights, "
        "activations, gradients, learning; several with commas. [default: all that fit the data]"
    ),
]


def plot(
    path: Annotated[str, Parameter(name="RUN", help="A run file.")],
    /,
    *others: Annotated[str, Parameter(name="MORE", help="More run files: their curves in one.")],
    only: Only = None,
    pictures: Pictures = None,
    animation: Animation = "webp",
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Draw a run, in all pictures that fit its data; of several runs, their losses in one."""
    from chainrule.core.errors import UsageError

    screen = Screen("plot", as_json=as_json, quiet=quiet)
    if pictures == "none":
        raise UsageError("plot --pictures none", "a folder", "none", "Leave it out.")
    if others:
        if only is not None:
            raise UsageError(
                "plot --only with several runs", "one run", f"{1 + len(others)}",
                "Several runs have one picture: leave --only out.",
            )  # fmt: skip
        return _several(screen, [path, *others], pictures, force=force)
    return _one(screen, path, only, pictures, animation, force=force)


def _one(
    screen: Screen,
    path: str,
    only: str | None,
    pictures: str | None,
    animation: str,
    *,
    force: bool,
) -> int:
    from chainrule.cli.finish import draw
    from chainrule.cli.paths import check_pictures, pictures_beside
    from chainrule.training.run_file import RunFile

    check_pictures(Path(path), pictures, animation, force=force)
    names = tuple(name.strip() for name in (only or "").split(",") if name.strip())
    with RunFile(path) as run:
        folder = pictures or str(pictures_beside(run.path))
        made = draw(screen, run, folder, animation, force=force or pictures is None, only=names)
        screen.give(run=str(run.path), pictures=made)
    for each in made:
        screen.say(each)
    return 0


def _several(screen: Screen, paths: list[str], pictures: str | None, *, force: bool) -> int:
    from chainrule import plots
    from chainrule.cli.paths import folder_for
    from chainrule.training.run_file import RunFile

    asked = pictures or str(_folder_of([Path(path) for path in paths]))
    folder = folder_for(Path(paths[0]), asked, force=force or pictures is None)
    assert folder is not None
    with ExitStack() as held:
        runs = [held.enter_context(RunFile(path)) for path in paths]
        screen.note("drawing ...")
        made = [str(picture.path) for picture in plots.compare(runs, folder)]
        screen.give(runs=[str(run.path) for run in runs], pictures=made)
    for each in made:
        screen.say(each)
    return 0


def _folder_of(paths: list[Path]) -> Path:
    """runs/circles-1+xor-2: the same runs have the same folder, and no others have it."""
    names, beside = [path.stem for path in paths], paths[0].parent
    if len(names) <= 3 and all(path.parent == beside for path in paths):
        return beside / "+".join(names)
    mark = sha256("\0".join(map(str, paths)).encode()).hexdigest()[:6]
    more = len(names) - 1
    return beside / f"{names[0]}+{more}-other{'s' * (more > 1)}-{mark}"
