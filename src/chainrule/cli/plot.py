"""chainrule plot RUN"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from chainrule.cli.options import Animation, Force, Json, Pictures, Quiet
from chainrule.cli.screen import Screen


def plot(
    path: Annotated[str, Parameter(name="RUN", help="A run file.")],
    /,
    *,
    pictures: Pictures = None,
    animation: Animation = "webp",
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Draw a run: the data, what was learnt, the error, and all of it growing."""
    from chainrule.cli.finish import draw
    from chainrule.cli.paths import check_pictures, pictures_beside
    from chainrule.core.errors import UsageError
    from chainrule.training.run_file import RunFile

    screen = Screen("plot", as_json=as_json, quiet=quiet)
    if pictures == "none":
        raise UsageError("plot --pictures none", "a folder", "none", "Leave it out.")
    check_pictures(Path(path), pictures, animation, force=force)
    with RunFile(path) as run:
        folder = pictures or str(pictures_beside(run.path))
        made = draw(screen, run, folder, animation, force=force or pictures is None)
        screen.give(run=str(run.path), pictures=made)
    for each in made:
        screen.say(each)
    return 0
