"""chainrule export RUN"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from chainrule.cli.options import Force, Json, Quiet
from chainrule.cli.screen import Screen


def export(
    path: Annotated[str, Parameter(name="RUN", help="A run file.")],
    /,
    *,
    output: Annotated[
        str | None, Parameter(help="The model file. [default: beside the run file]")
    ] = None,
    step: Annotated[
        int | None, Parameter(help="After so many updates. [default: the state to use]")
    ] = None,
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Write a run's network as a model file: safetensors, without history and data."""
    from chainrule.core.errors import UsageError
    from chainrule.training.run_file import RunFile

    screen = Screen("export", as_json=as_json, quiet=quiet)
    target = Path(output) if output else Path(path).with_suffix(".safetensors")
    if target.exists() and not force:
        raise UsageError(
            f"export --output {target}", "a path that is free", "a file of that name",
            "Choose another, or replace it with --force.",
        )  # fmt: skip
    with RunFile(path) as run:
        model = run.model(step)
    model.save(target)
    network = model.network
    screen.give(run=path, model=str(target), to="safetensors", network=str(network.spec))
    screen.say(f"{target}: {network}")
    screen.say(f'  in Python   chainrule.load("{target}").predict(rows)')
    return 0
