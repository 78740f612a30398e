"""A function that is alive in this process can't be sent to another: this process is split."""

from __future__ import annotations

import ast
import inspect
import os
import signal
import sys
import textwrap
import time
import traceback
import types
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from chainrule.checker import guard, inside
from chainrule.checker.sandbox import process
from chainrule.checker.sandbox.folder import temporary
from chainrule.checker.sandbox.observe import READER, SECONDS, Seen, seen
from chainrule.checker.sandbox.source import Source


class Fork:
    """The other half of this process, as seen from here."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.code: int | None = None

    def poll(self) -> int | None:
        if self.code is None:
            with suppress(ChildProcessError):
                ended, status = os.waitpid(self.pid, os.WNOHANG)
                self.code = os.waitstatus_to_exitcode(status) if ended else None
        return self.code


def observe_callable(
    function: Callable[..., Any], *, seconds: float = SECONDS, reader: str = READER
) -> Seen:
    """Call a function or an object of this process and read it.

    In a fork with limits and without a wall, so `isolated` is False; where there is no fork, right
    here, without limits.
    """
    source, module = source_of(function), import_module(reader)
    if not hasattr(os, "fork"):
        return _here(function, source, module)
    pipes = process.Pipes()
    with temporary() as folder:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
            with warnings.catch_warnings():  # threads elsewhere in this process: the deadline holds
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
            if pid == 0:
                _be_the_child(function, source, module, folder, pipes, seconds)
            ran = process.collect(Fork(pid), pipes, seconds)
        finally:
            pipes.close_inner()
    return seen(ran, source, seconds, isolated=False)


def _be_the_child(
    function: Any, source: Source, module: Any, folder: Path, pipes: process.Pipes, seconds: float
) -> NoReturn:
    """The half that calls the function: as `inside.main`, in a process that is already there."""
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        result, trace = _reconnect(pipes)
        os.chdir(folder)
        inside.watch(trace, time.time() + seconds)
        guard.limit(seconds, alone=False)
        guard.refuse(folder, files=True)
        answer = inside.read(lambda: _readings(function, source, module), file_of(function))
        inside.send(result, answer)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(5)


def _reconnect(pipes: process.Pipes) -> tuple[int, int]:
    """Every file of the parent closed but our pipes; output goes to one of them."""
    result, said, trace = pipes.inner
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(number, target)
    sys.stdin, sys.stdout, sys.stderr = (
        open(n, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
        for n, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    start = 3
    for number in sorted((result, trace)):
        os.closerange(start, number)
        start = number + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))
    return inside.private(result), inside.private(trace)


def _here(function: Any, source: Source, module: Any) -> Seen:
    """Without a fork: no limits, no clock."""
    begun = time.monotonic()
    answer = inside.read(lambda: _readings(function, source, module), file_of(function))
    data = inside.encoded(answer)
    ran = process.Ran(data, "", "", 0, "", time.monotonic() - begun)
    return seen(ran, source, SECONDS, isolated=False)


def _readings(function: Any, source: Source, module: Any) -> Any:
    alone = _alone(function, source.name)
    return module.read(module.Program(file_of(function), source.text, _tree(function), alone))


def _alone(function: Any, name: str) -> dict[str, Any]:
    """A namespace with the function as the only one that is its own; helpers are as imported."""
    if isinstance(function, type):
        return {**vars(sys.modules[function.__module__]), name: function}
    inner = function if isinstance(function, types.FunctionType) else _wrapped(function)
    names = dict(inner.__globals__)
    copy = types.FunctionType(inner.__code__, names, name, inner.__defaults__, inner.__closure__)
    copy.__kwdefaults__, copy.__dict__ = inner.__kwdefaults__, inner.__dict__
    names[name] = copy
    return names


def _wrapped(function: Any) -> types.FunctionType:
    """A plain function around a method, a partial or an object that can be called."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    with suppress(TypeError, ValueError):
        call.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    assert isinstance(call, types.FunctionType)
    return call


def _tree(function: Any) -> ast.Module:
    """The syntax of the function alone, with the line numbers of its file; else an empty one."""
    with suppress(OSError, TypeError, SyntaxError):
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
        return ast.increment_lineno(tree, max(first - 1, 0))
    return ast.Module(body=[], type_ignores=[])


def file_of(function: Any) -> str:
    """The file a function, method, class or object comes from; "" where that is not known."""
    for found in (function, type(function)):
        with suppress(OSError, TypeError):
            return inspect.getsourcefile(inspect.unwrap(found)) or ""
    return ""


def source_of(function: Any) -> Source:
    """The whole file of a function, so that its lines have their numbers."""
    import linecache

    name = str(getattr(function, "__name__", type(function).__name__))
    path = file_of(function)
    text = "".join(linecache.getlines(path)) if path else ""
    return Source(name, os.path.basename(path), text, None)
