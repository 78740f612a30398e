"""The process that runs the learner's program. It knows no right answer.

Started by `sandbox`, with settings as JSON. It prepares itself, lets `forms` run and read the
program, writes one document into the pipe it was given, and is gone before the program's own
threads, exit handlers and finalizers get a say.
"""

from __future__ import annotations

import ast
import builtins
import faulthandler
import json
import os
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, NoReturn

import numpy as np

from chainrule.checker import guard, stand_ins, transport
from chainrule.checker.observation import Reading
from chainrule.checker.transport import Answer, Failure
from chainrule.core.errors import UsageError

_write, _exit = os.write, os._exit  # taken before the program can replace them
_Base, _Syntax, _Exit, _Eof = BaseException, SyntaxError, SystemExit, EOFError
BROKEN = transport.encode(
    Answer(failure=Failure("exception", "an exception", "", patched=("what Python is made of",)))
)
SOFT = 0.3  # of the seconds: so long the module may run before it is looked at as it is,
LOOP = 1.0  # and so many seconds where loops stand outside of functions: they may well train
DEFINITION = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef, ast.Lambda)
CLOSED = 4  # the exit code where the pipe is gone
GRACE = 0.15  # seconds to say where the program is, before the parent ends it


class Order(NamedTuple):
    """What the parent wants. All paths are absolute."""

    given: str  # the folder with the copies
    work: str  # the folder to be in
    file: str  # name of the program
    reader: str  # the module that reads programs
    result: int  # file descriptors
    trace: int
    deadline: float  # time.time()
    walled: bool  # a wall of the system stands around this process
    seconds: float


def main(order: Order) -> None:
    """All of it; never returns."""
    result, trace = private(order.result), private(order.trace)
    with suppress(OSError):
        os.dup2(2, 1)  # what is printed goes one way; where stdout was a pipe of ours it is moved
    reader, path = import_module(order.reader), Path(order.work) / order.file
    _prepare(order, trace)
    send(result, read(lambda: _readings(reader, path, order.seconds * SOFT), str(path)))


def _readings(reader: Any, path: Path, soft: float) -> Sequence[Reading]:
    """Run the program, and hand it to the reader, whatever became of the run.

    Definitions stand before what goes wrong or takes long: there is often enough to be read.
    """
    text = path.read_text("utf-8")
    if read_file := getattr(reader, "read_file", None):  # it runs the program itself
        return read_file(text, str(path))  # type: ignore[no-any-return]
    tree = _parsed(text, str(path))
    namespace = {"__name__": "learner", "__file__": str(path), "__builtins__": builtins}
    if not any(isinstance(node, DEFINITION) for node in ast.walk(tree)):
        try:
            return _script(reader, text, path, None)
        except UsageError as tried:
            raise (_run(tree, str(path), namespace, LOOP) or tried) from tried
    loops = any(isinstance(part, ast.For | ast.While) for part in tree.body)
    stopped = _run(tree, str(path), namespace, min(soft, LOOP) if loops else soft)
    try:
        found = reader.read(reader.Program(str(path), text, tree, namespace))
    except UsageError as tried:  # as a script, too
        raise (tried if isinstance(stopped, TooLong | None) else stopped) from tried
    except Exception as error:
        found = _script(reader, text, path, stopped or error)
    note = f"stopped by {type(stopped).__name__}: {stopped}" if stopped else ""
    return [r._replace(notes=(*r.notes, note)) for r in found] if note else list(found)


def _parsed(text: str, path: str) -> ast.Module:
    try:
        return ast.parse(text, path)
    except (MemoryError, RecursionError) as error:
        raise SyntaxError("nested too deeply", (path, None, None, None)) from error


def _run(tree: ast.Module, path: str, namespace: Any, soft: float) -> BaseException | None:
    """Execute the module; what ended it before its end, if anything."""
    try:
        with _alarm(soft):
            exec(compile(tree, path, "exec"), namespace)
    except _Base as error:
        return error
    return None


def _script(reader: Any, text: str, path: Path, why: BaseException | None) -> Sequence[Reading]:
    """The reading of a program that trains when it is run, or the reason there is none."""
    home = reader if hasattr(reader, "read_script") else import_module(f"{reader.__name__}.script")
    try:
        return home.read_script(text, str(path))  # type: ignore[no-any-return]
    except UsageError as error:
        raise (error if why is None or isinstance(why, UsageError | TooLong) else why) from error


class TooLong(BaseException):
    """The program takes long (so many seconds), and is looked at as far as it came."""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raises TooLong in the program after so many seconds, where there are such signals."""

    def ring(*_: object) -> None:
        raise TooLong(f"{seconds:g}")

    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def read(reads: Callable[[], Sequence[Reading]], file: str) -> Answer:
    """The readings, or why there are none: whatever the program does, but for ending the process.

    file: of the program, whose lines are worth naming.
    """
    before = _numpy_names()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            readings = tuple(reads())
    except _Base as error:
        return Answer(failure=_failure(error, file, _replaced(before)))
    patched = _replaced(before)
    note = f"the program replaces {', '.join(patched)}"
    if patched:
        readings = tuple(r._replace(notes=(*r.notes, note)) for r in readings)
    return Answer(readings)


def send(result: int, answer: Answer) -> NoReturn:
    """Write the answer and end this process at once."""
    with suppress(_Base):  # what it printed last; a stream that hangs meets the deadline
        sys.stdout.flush()
    try:
        view = memoryview(encoded(answer))
        while view:
            view = view[_write(result, view) :]
    except _Base:  # the program closed or replaced the pipe: the parent sees that nothing came
        _exit(CLOSED)
    _exit(0)


def encoded(answer: Answer) -> bytes:
    """The answer as bytes, or the reason that it can't be: what the program returned, or broke."""
    try:
        return transport.encode(answer)
    except transport.TransportError as error:
        return transport.encode(Answer(failure=Failure("returned", "TransportError", str(error))))
    except _Base:
        return BROKEN


def private(number: int) -> int:
    """The same file under a number nobody hits by accident, and no child inherits."""
    try:
        import fcntl
    except ImportError:  # Windows
        return os.dup(number)
    moved = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 40)
    if number > 2:
        os.close(number)
    return moved


def _prepare(order: Order, trace: int) -> None:
    """The folder, the path, the clock, the limits and the refusals, in this order."""
    shutil.copytree(order.given, order.work, dirs_exist_ok=True)
    for file in Path(order.work).rglob("*"):
        if file.is_file():
            file.chmod(0o444)
    os.chdir(order.work)
    sys.path.insert(0, order.work)
    sys.argv[:] = [order.file]
    stand_ins.install()
    watch(trace, order.deadline)
    guard.limit(order.seconds, alone=order.walled)
    guard.refuse(Path(order.work), files=not order.walled)


def watch(trace: int, deadline: float) -> None:
    """Say where the program is when it crashes, and just before the parent ends it."""
    faulthandler.enable(trace)
    faulthandler.dump_traceback_later(max(deadline - time.time() - GRACE, 0.01), file=trace)


# -------------------------------------------------------------------------- what went wrong


def _failure(error: BaseException, file: str, patched: tuple[str, ...]) -> Failure:
    try:
        beside, line, function = _place(error.__traceback__, file)
        kind, name, text = _kind(error, line), type(error).__name__, _text_of(error)
        if isinstance(error, UsageError):
            text = error.got
        if isinstance(error, guard.Refused):
            text = str(error.strerror)
        if isinstance(error, _Syntax):
            line, function = error.lineno, ""
            beside = "" if error.filename == file else os.path.basename(error.filename or "")
            text = str(error.msg)
        return Failure(str(kind), str(name), text, line, function, beside, patched)
    except _Base:  # an exception made to be looked at in vain
        return Failure("exception", "an exception", "that can't be read", patched=patched)


def _kind(error: BaseException, line: int | None) -> str:
    if isinstance(error, _Syntax):
        return "syntax"
    if isinstance(error, _Exit):
        return "exit"
    if isinstance(error, UsageError) and line is None:
        return "unread"
    if isinstance(error, TooLong):
        return "time"
    if isinstance(error, _Eof) and "EOF when reading a line" in str(error):
        return "input"
    return "exception" if line is not None or not isinstance(error, Exception) else "ours"


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:2000]
    except _Base:
        return "(its message can't be shown)"


def _place(trace: TracebackType | None, file: str) -> tuple[str, int | None, str]:
    """(module beside it or "", line, function): the innermost call in the program itself.

    A module beside it counts where the program itself has no part, as when it has only begun.
    """
    own: tuple[str, int | None, str] = "", None, ""
    beside = own
    folder = os.path.join(os.path.dirname(file) or file, "")  # what was typed lies in none
    while trace is not None and file:
        code = trace.tb_frame.f_code
        if code.co_filename == file:
            own = "", trace.tb_lineno, code.co_name
        elif code.co_filename.startswith(folder):
            beside = os.path.basename(code.co_filename), trace.tb_lineno, code.co_name
        trace = trace.tb_next
    return own if own[1] is not None else beside


def _numpy_names() -> dict[str, Any]:
    """What NumPy is made of; a program may put something else in its place."""
    places = {"np": np, "np.linalg": np.linalg, "np.random": np.random}
    return {
        f"{place}.{name}": value
        for place, module in places.items()
        for name, value in vars(module).items()
        if callable(value)
    } | {f"builtins.{name}": value for name, value in vars(builtins).items()}


def _replaced(before: dict[str, Any]) -> tuple[str, ...]:
    try:
        now = _numpy_names()
        names = [name for name, value in before.items() if now.get(name) is not value]
        return tuple(name for name in names if name != "builtins._")[:20]
    except _Base:
        return ("np",)


if __name__ == "__main__":
    main(Order(**json.loads(sys.argv[1])))
