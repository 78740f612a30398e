"""Where output goes: results to stdout, progress and notes to stderr, `--json` one object."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

from chainrule.core.errors import ChainruleError, UsageError

SCHEMA = 1  # of everything printed under --json


def _write(text: str, stream: TextIO) -> None:
    """A line; where nobody reads any more, silence from here on, and the work goes on."""
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Screen:
    def __init__(self, command: str, *, as_json: bool = False, quiet: bool = False) -> None:
        self.command, self.as_json, self.quiet = command, as_json, quiet

    @property
    def is_live(self) -> bool:
        """Whether progress may be drawn and drawn again in place."""
        return sys.stderr.isatty() and not self.quiet

    def say(self, text: str = "") -> None:
        """A line of the result, for people."""
        if not self.as_json and not self.quiet:
            _write(text, sys.stdout)

    def note(self, text: str) -> None:
        """A line beside the result."""
        if not self.quiet:
            _write(text, sys.stderr)

    def give(self, **result: Any) -> None:
        """The result for machines: one object on stdout."""
        if self.as_json:
            print(json.dumps({"schema": SCHEMA, "command": self.command, **result}))

    def failed(self, error: ChainruleError) -> int:
        """Print the error, and give the exit code that belongs to it."""
        self.give(error=error.to_json())
        if not self.as_json:
            print(
                f"chainrule: {error}".replace(": chainrule ", " ", 1), file=sys.stderr, flush=True
            )
        return 2 if isinstance(error, UsageError) else 1
