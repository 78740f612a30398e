"""Parquet and Arrow files are read in a process of their own first: at some broken ones their
reader ends its process, or waits for ever, and neither must happen to the studio.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from chainrule.core.errors import ChainruleError, UsageError
from chainrule.data import files
from chainrule.view.extent import check_extent

COMMAND = (sys.executable, "-m", "chainrule.view.trial")
SECONDS = 60.0


def check_readable(path: Path) -> None:
    """Refuses a file that no reader survives; what else is wrong is said when it is read."""
    try:
        code = subprocess.run(
            [*COMMAND, str(path)], timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ).returncode  # fmt: skip
        got = "one that ends its reader"
    except subprocess.TimeoutExpired:
        code, got = 1, f"one that its reader is not through with after {SECONDS:g} s"
    if code:
        raise UsageError(
            f"the file {path.name!r}", "a whole Parquet or Arrow file", got,
            "Take a whole copy of it, or save it as CSV.",
        )  # fmt: skip


def main(path: Path) -> None:
    with suppress(ChainruleError):
        check_extent(path)
        files.read(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
