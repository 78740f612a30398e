"""observe(): a program goes in, what was seen of it comes out."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import chainrule
from chainrule.checker import transport
from chainrule.checker.observation import Reading
from chainrule.checker.sandbox import process, wall, words
from chainrule.checker.sandbox.folder import temporary
from chainrule.checker.sandbox.source import Source, load

SECONDS = 10.0
READER = "chainrule.checker.forms"
BESIDE, ONE_FILE, MANY = 16 * 2**20, 8 * 2**20, 200  # bytes that come along, and how many files
LEFT_BEHIND = {"__pycache__", "node_modules", "venv", "env", "site-packages"}
BOOT = (
    "import sys, json; given = json.loads(sys.argv[1]); sys.path[:] = given.pop('path'); "
    "from chainrule.checker.inside import Order, main; main(Order(**given))"
)
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TZ")


class Seen(NamedTuple):
    """What was seen of a program. Without readings, `error` says why."""

    readings: tuple[Reading, ...]
    error: str | None
    said: str  # what it printed: the beginning and the end
    isolated: bool  # it ran within a wall of the system, not only behind a hook
    seconds: float
    runs: bool = True  # False: the program itself is the reason that there are no readings


def observe(
    program: Path | str, *, seconds: float = SECONDS, reader: str = READER,
    stop: threading.Event | None = None,
) -> Seen:  # fmt: skip
    """Run a program in a process of its own and read it. UsageError if there is no program.

    program: a path, or the text of a program. reader: the module that understands programs.
    stop: once it is set, the process is ended.
    """
    source = load(program)
    with temporary() as folder:
        given, work = folder / "given", folder / "work"
        given.mkdir()
        work.mkdir()
        copy(source, given)
        ran = _run(source, given, work, seconds, reader, stop)
    return seen(ran, source, seconds, isolated=wall.stands())


def seen(ran: process.Ran, source: Source, seconds: float, *, isolated: bool) -> Seen:
    """What came out of the pipes, in words where it is no reading."""

    def failed(text: str, *, runs: bool = False) -> Seen:
        return Seen((), text, ran.said, isolated, ran.seconds, runs)

    if ran.over or not ran.result:
        return failed(words.of_end(ran, source, seconds))
    try:
        answer = transport.decode(ran.result)
    except transport.TransportError as error:
        return failed(words.of_pipe(str(error), source))
    if answer.failure is not None:
        text = words.of_failure(answer.failure, source)
        return failed(text, runs=answer.failure.kind in ("unread", "returned"))
    return Seen(answer.readings, None, ran.said, isolated, ran.seconds)


def copy(source: Source, given: Path) -> None:
    """The program and the small files beside it."""
    if source.folder is not None:
        _copy_beside(source.folder, given)
    (given / source.file).unlink(missing_ok=True)
    (given / source.file).write_text(source.text, encoding="utf-8")


def _copy_beside(folder: Path, given: Path) -> None:
    """Files of the folder and of the folders in it, as long as they are few and small."""
    room = BESIDE
    files = (f for depth in ("*", "*/*") for f in sorted(folder.glob(depth)))
    for file in [f for f in files if _may_come_along(f, folder)][:MANY]:
        size = file.stat().st_size
        if size > min(ONE_FILE, room):
            continue
        target = given / file.relative_to(folder)
        target.parent.mkdir(exist_ok=True)
        with suppress(OSError):
            shutil.copyfile(file, target)
            room -= size


def _may_come_along(file: Path, folder: Path) -> bool:
    parts = file.relative_to(folder).parts
    hidden = any(part.startswith(".") or part in LEFT_BEHIND for part in parts)
    with suppress(OSError):
        return not hidden and file.is_file()
    return False


def _run(
    source: Source, given: Path, work: Path, seconds: float, reader: str,
    stop: threading.Event | None,
) -> process.Ran:  # fmt: skip
    walled, pipes = wall.stands(), process.Pipes()
    windows = sys.platform == "win32"
    order = {
        "path": _path(), "given": str(given), "work": str(work), "file": source.file,
        "reader": reader, "result": 1 if windows else pipes.inner[0],
        "trace": 2 if windows else pipes.inner[2],
        "deadline": time.time() + seconds, "walled": walled, "seconds": seconds,
    }  # fmt: skip
    command = [sys.executable, "-I", "-B", "-X", "utf8", "-c", BOOT, json.dumps(order)]
    if walled:
        command = wall.around(command, given, work, _path())
    try:
        child = process.start(command, pipes, work, _environment(work))
        return process.collect(child, pipes, seconds, stop)
    finally:
        pipes.close_inner()


def _path() -> list[str]:
    """Where this process finds modules, but for the folder it happens to be in."""
    home = str(Path(chainrule.__file__).parents[1])
    here = os.getcwd()
    found = [os.path.abspath(entry) for entry in sys.path if entry not in ("", here)]
    return found if home in found else [*found, home]


def _environment(work: Path) -> dict[str, str]:
    """Nothing of the user's but where programs and libraries are; one thread for products."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    home = {name: str(work) for name in ("HOME", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR")}
    return {**kept, **home, **dict.fromkeys(THREADS, "1"), "LANG": "C.UTF-8", "MPLBACKEND": "Agg"}
