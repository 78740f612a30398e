"""Parquet and Arrow files are read in a process of their own first: at some broken ones their
reader ends its process, and no look at the file's frame tells which. One flipped byte inside a
page is enough.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

from chainrule.core.errors import ChainruleError, UsageError

PROGRAM = """import sys
sys.path[:] = sys.argv[3:]
from chainrule.data.trial import main
main(sys.argv[1], sys.argv[2])
"""
COMMAND = (sys.executable, "-I", "-c", PROGRAM)
SECONDS, BYTES_A_SECOND = 60.0, 2**24  # it may take so long, and longer for a large file
TOLD, NOT_BEGUN = 77, 1  # how that process ends: it told what is wrong; Python did not get so far


def check_readable(path: Path, reader: str = "chainrule.data.files:frame") -> None:
    """Refuses a file that is broken, or that no reader survives.

    reader: the function, as module:name, that takes the path. Where no process can be begun,
    nothing is said, and the file is read here.
    """
    seconds = SECONDS + path.stat().st_size / BYTES_A_SECOND
    try:
        done = subprocess.run(
            [*COMMAND, str(path), reader, *sys.path], timeout=seconds, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        got = f"one that its reader is not through with after {seconds:.3g} s"
        raise _refused(path, got) from error
    except (OSError, ValueError):  # a Python inside another program, or none to be found
        return
    if done.returncode == TOLD:
        raise UsageError(**json.loads(done.stdout))
    if done.returncode not in (0, NOT_BEGUN):
        raise _refused(path, "one that ends its reader")


def _refused(path: Path, got: str) -> UsageError:
    return UsageError(
        f"the file {path.name!r}", "a whole Parquet or Arrow file", got,
        "Take a whole copy of it, or save it as CSV.",
    )  # fmt: skip


def main(path: str, reader: str) -> None:
    module, _, name = reader.partition(":")
    try:
        getattr(importlib.import_module(module), name)(Path(path))
    except ChainruleError as error:
        print(json.dumps(error.to_json()))
        sys.exit(TOLD)
    except Exception:  # whatever it is, it can be said where it is read
        sys.exit(0)
