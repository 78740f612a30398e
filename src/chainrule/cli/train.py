"""chainrule train DATA"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from chainrule.cli.options import Json, Quiet, TrainOptions
from chainrule.cli.screen import Screen

DEFAULTS = TrainOptions()


def train(
    name: Annotated[
        str,
        Parameter(
            name="DATA",
            allow_leading_hyphen=True,
            help="A built-in problem (`chainrule data` lists them), a file, or - for stdin.",
        ),
    ],
    /,
    given: TrainOptions = DEFAULTS,
    *,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Train a network on a file or a built-in problem, live, into a run file with pictures."""
    from chainrule.cli import finish, progress, setup
    from chainrule.cli.paths import check_pictures, new_run
    from chainrule.training.loop import fit

    screen = Screen("train", as_json=as_json, quiet=quiet)
    check_pictures(Path(given.run or "runs"), given.pictures, given.animation, force=given.force)
    asked, more = setup.set_up(name, given, screen), {}
    if given.starts != 1:
        from chainrule.cli.starts import chosen

        best = chosen(screen, given, asked)
        if best is None:
            return 130
        asked, more = best.setup, {"starts": best.starts}
    problem, network, data, training = asked
    with new_run(problem.name, given, network, data, training) as run:
        finish.introduce(screen, run, problem)
        finish.tell_starts(screen, more.get("starts"))
        with progress.shown(screen) as consumer:
            fit(network, data, training, run=run, consumers=[consumer])
        return finish.finish(
            screen, run, given.pictures, given.animation, force=given.force, more=more
        )
