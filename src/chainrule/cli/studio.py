"""chainrule studio [DATA|RUN]"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from chainrule.cli.options import Json, Quiet
from chainrule.cli.screen import Screen

if TYPE_CHECKING:
    from chainrule.core.errors import UsageError
    from chainrule.view.session import Session

RUNS, RUN = Path("runs"), ".chainrule"
SHOWN = 8  # runs of a folder that are named


def studio(
    what: Annotated[
        str | None,
        Parameter(name="DATA|RUN", help="A built-in problem, a table, or a run file."),
    ] = None,
    /,
    *,
    port: Annotated[
        int | None, Parameter(help="Of this machine. [default: 8765, or the next free one]")
    ] = None,
    browser: Annotated[
        bool, Parameter(name="--browser", help="Open the page in a browser.")
    ] = True,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Watch a network learn in the browser: go back in time, branch, and ask why."""
    from chainrule.cli.interrupt import at_once

    screen = Screen("studio", as_json=as_json, quiet=quiet)
    with at_once():  # the server takes Ctrl-C for itself while there is something to save
        trained = _served(screen, what, port, browser=browser)
    with suppress(OSError):  # the terminal may be gone
        _tell_saved(screen, trained)
    return 0


def _served(screen: Screen, what: str | None, port: int | None, *, browser: bool) -> list[Path]:
    """Until the end; the run files that were trained."""
    from chainrule.core.errors import UsageError

    try:
        from chainrule.studio.server import bound, serve
    except ImportError as error:
        raise UsageError(
            "chainrule studio", "starlette, uvicorn and websockets", str(error),
            "pip install 'chainrule[studio]'",
        ) from error  # fmt: skip
    listener = bound(port)
    try:
        session = _session(what, screen.note)

        def ready(url: str) -> None:
            screen.give(url=url)
            sys.stdout.flush()
            if session.offered:
                screen.say(f"  {session.offered.name} is shown first: the page asks what goes in.")
            screen.say(f"  studio    {url}")
            screen.say("  The address is good once, on this machine. Ctrl-C ends; all is saved.")

        def again(url: str) -> None:
            screen.note(f"  another browser: {url}")  # never on stdout: --json is one line

        is_read = sys.stderr.isatty() and not screen.as_json  # a log is no place for a good token
        serve(session, listener, ready=ready, again=again if is_read else None, browser=browser)
    finally:
        listener.close()
    return session.driver.trained


def _tell_saved(screen: Screen, paths: list[Path]) -> None:
    """Which runs were trained here, how far, and how to see the last one again."""
    from chainrule.core.errors import ChainruleError
    from chainrule.training.run_file import RunFile

    saved: dict[Path, int] = {}
    for path in paths:
        with suppress(ChainruleError), RunFile(path) as run:
            saved[path] = run.steps()[-1]
    made = [(path, step) for path, step in saved.items() if step]
    if not made:
        return
    if sys.stderr.isatty():
        screen.note("")  # after the terminal's ^C
    if len(made) > SHOWN:
        screen.note(f"  saved     {len(made) - SHOWN} runs more, and of the newest")
    for path, step in made[-SHOWN:]:
        screen.note(f"  saved     {path} at step {step:,}")
    screen.note(f"  again     chainrule studio {shlex.quote(str(made[-1][0]))}")


def _session(what: str | None, note: Callable[[str], None] = lambda _: None) -> Session:
    """On circles; or on the problem, the table or the run that is named."""
    from chainrule.cli.own_file import is_meant
    from chainrule.data.problems import PROBLEMS
    from chainrule.data.sets import SETS
    from chainrule.view.commands import Configure
    from chainrule.view.offering import offer
    from chainrule.view.session import Session
    from chainrule.view.tables import looked_at

    session, name = Session(RUNS), what or "circles"
    is_known = name in PROBLEMS or name in SETS
    run = None if is_known else _run(Path(name))
    if run is not None:
        session.folder = run.parent
        for sentence in session.open_run(run):
            note(f"  note      {sentence}")
    elif is_known or not is_meant(name):
        session.do(Configure(0, {"data": name}))
    else:
        offer(session, *looked_at(Path(name)))
    return session


def _run(path: Path) -> Path | None:
    """The run that is meant, by its file, without its ending, or by its name in runs; None where
    it is something else."""
    if path.suffix == RUN or path.is_file():
        return path if path.suffix == RUN else None
    for folder in (path.parent, RUNS) if len(path.parts) == 1 else (path.parent,):
        run = folder / f"{path.name}{RUN}"
        if path.name and run.is_file():
            return run
    if path.is_dir() or path == RUNS:
        raise _no_run(path)
    return None


def _no_run(folder: Path) -> UsageError:
    """A folder is none: its runs, the newest first."""
    from chainrule.core.checks import plural
    from chainrule.core.errors import UsageError
    from chainrule.view.opening import newest

    runs = newest(folder)
    got = "a folder without runs" if folder.is_dir() else "no such folder"
    do = "`chainrule train circles` makes a run; `chainrule studio` alone begins one."
    if runs:
        names = ", ".join(run.name for run in runs[:SHOWN]) + ", ..." * (len(runs) > SHOWN)
        got = f"a folder of {plural(len(runs), 'run')}, the newest first: {names}"
        do = f"`chainrule studio {runs[0]}` opens the newest."
    return UsageError(f"chainrule studio {folder}", "a run, a table or a problem", got, do)
