"""Parquet and Arrow files are read in a process of their own first: at some broken ones their
reader ends its process, and no look at the file's frame tells which. One flipped byte inside a
page is enough.
"""

from __future__ import annotations

import importlib
import json
import os
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
READY = "chainrule reads the file now"  # the process says so; without it nothing is concluded
TOLD = 77  # how that process ends if it told what is wrong


def check_readable(path: Path, reader: str = "chainrule.data.files:frame") -> None:
    """Refuses a file that is broken, or that no reader survives.

    reader: the function, as module:name, that takes the path. Where no such process can be begun,
    or it does not get as far as the file, nothing is said, and the file is read here.
    """
    if not _is_python(COMMAND[0]):
        return
    seconds = SECONDS + path.stat().st_size / BYTES_A_SECOND
    try:
        done = subprocess.run(
            [*COMMAND, str(path), reader, *_search_path()],
            timeout=seconds, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        if not _is_begun(error.stdout):
            return
        got = f"one that its reader is not through with after {seconds:.3g} s"
        raise _refused(path, got) from error
    except (OSError, ValueError):  # no program to be found, or none that may be begun
        return
    if not _is_begun(done.stdout):
        return
    if done.returncode == TOLD:
        raise UsageError(**json.loads(done.stdout.splitlines()[-1]))
    if done.returncode:
        raise _refused(path, "one that ends its reader")


def _is_python(program: str | None) -> bool:
    """Not a program that Python is only a part of: it would begin itself anew."""
    return bool(program) and "py" in Path(program or "").name and not hasattr(sys, "frozen")


def _search_path() -> list[str]:
    """Python passes over whatever else is in it."""
    held: list[object] = [*sys.path]
    return [each for each in held if isinstance(each, str)]


def _is_begun(printed: bytes | None) -> bool:
    """Others may print before: a sitecustomize."""
    return READY.encode() in (printed or b"").splitlines()


def _refused(path: Path, got: str) -> UsageError:
    return UsageError(
        f"the file {path.name!r}", "a whole Parquet or Arrow file", got,
        "Take a whole copy of it, or save it as CSV.",
    )  # fmt: skip


def main(path: str, reader: str) -> None:
    """What a library does at the end of the process is not the file's fault: it ends at once."""
    module, _, name = reader.partition(":")
    read = getattr(importlib.import_module(module), name)
    print(f"\n{READY}", flush=True)
    try:
        read(Path(path))
    except ChainruleError as error:
        print(f"\n{json.dumps(error.to_json())}", flush=True)
        os._exit(TOLD)
    except Exception:  # whatever it is, it can be said where it is read
        pass
    os._exit(0)
