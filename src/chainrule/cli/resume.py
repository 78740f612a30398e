"""chainrule resume RUN"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from chainrule.cli.options import Animation, Force, Json, Pictures, Quiet, Threads
from chainrule.cli.screen import Screen


def resume(
    path: Annotated[str, Parameter(name="RUN", help="A run file.")],
    /,
    *,
    epochs: Annotated[int | None, Parameter(help="A new length, from the start.")] = None,
    steps: Annotated[int | None, Parameter(help="A new length, from the start.")] = None,
    threads: Threads = None,
    pictures: Pictures = None,
    animation: Animation = "webp",
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Go on with a run that was stopped, to the very bits of the run that was not."""
    from chainrule.cli import finish, progress
    from chainrule.cli.paths import check_pictures
    from chainrule.network import Network
    from chainrule.training.loop import fit
    from chainrule.training.run_writer import RunWriter

    screen = Screen("resume", as_json=as_json, quiet=quiet)
    check_pictures(Path(path), pictures, animation, force=force)
    with RunWriter.resume(path, epochs=epochs, steps=steps, threads=threads) as run:
        finish.introduce(screen, run, None)
        warning = run.same_bits()
        if warning:
            screen.note(f"note: {warning}")
        with progress.shown(screen) as consumer:
            network = Network(run.spec, run.state().params)
            fit(network, run.data(), run.training, run=run, consumers=[consumer])
        return finish.finish(screen, run, pictures, animation, force=force)
