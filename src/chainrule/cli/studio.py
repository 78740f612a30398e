"""chainrule studio [DATA|RUN]"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from chainrule.cli.options import Json, Quiet
from chainrule.cli.screen import Screen

if TYPE_CHECKING:
    from chainrule.view.session import Session


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
    from chainrule.core.errors import UsageError

    screen = Screen("studio", as_json=as_json, quiet=quiet)
    try:
        from chainrule.studio.server import bound, serve
    except ImportError as error:
        raise UsageError(
            "chainrule studio", "starlette, uvicorn and websockets", str(error),
            "pip install 'chainrule[studio]'",
        ) from error  # fmt: skip
    listener = bound(port)
    try:
        session = _session(what)

        def ready(url: str) -> None:
            screen.give(url=url)
            sys.stdout.flush()
            if session.offered:
                screen.say(f"  {session.offered.name} is shown first: the page asks what goes in.")
            screen.say(f"  studio    {url}")
            screen.say("  The address is good once, on this machine. Ctrl-C ends; all is saved.")

        def again(url: str) -> None:
            screen.note(f"  another browser: {url}")  # never on stdout: --json is one line

        serve(session, listener, ready=ready, again=again, browser=browser)
    finally:
        listener.close()
    return 0


def _session(what: str | None) -> Session:
    """On circles; or on the problem, the table or the run that is named."""
    from chainrule.cli.own_file import is_meant
    from chainrule.data.problems import PROBLEMS
    from chainrule.data.sets import SETS
    from chainrule.view.commands import Configure
    from chainrule.view.session import Session
    from chainrule.view.tables import looked_at

    session = Session(Path("runs"))
    path = Path(what or "circles")
    if what is None or what in PROBLEMS or what in SETS or not is_meant(what):
        session.do(Configure(0, {"data": what or "circles"}))
    elif path.suffix == ".chainrule":
        session.folder = path.parent
        session.open_run(path)
    else:
        session.offer(*looked_at(path))
    return session
