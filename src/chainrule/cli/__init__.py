"""The command line. `main` answers `--version` by itself, for that should take no time."""

from __future__ import annotations

import sys


def main() -> None:
    """The console command `chainrule`."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from chainrule import __version__

        print(f"chainrule {__version__}")
        return
    try:
        from chainrule.cli.interrupt import at_once

        with at_once():
            from chainrule.cli.app import run
    except KeyboardInterrupt:  # its imports take a moment
        sys.exit(130)
    sys.exit(run(arguments))
