"""What the process that runs a learner's program may do: limits, and a hook that refuses.

The hook is Python's own (`sys.addaudithook`). It keeps an honest program from doing harm by
accident and a playful one from doing it easily; a determined one can get round it. Where nothing
else stands around the process the verdict says "not isolated".
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = 2**30  # bytes more than at the start
FILE = 64 * 2**20  # bytes of one file
FILES, PROCESSES = 64, 32
PROCESS = ("subprocess.", "os.fork", "os.posix_spawn", "os.exec", "os.system", "os.spawn", "pty.")
NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo")
SIGNAL = ("os.kill", "signal.pthread_kill")
FOREIGN = ("ctypes.dlopen", "ctypes.dlsym", "ctypes.call_function")
CHANGE = (
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink",
    "os.chmod", "os.chown", "os.utime", "os.setxattr", "os.removexattr", "os.chflags",
)  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(PermissionError):
    """What the check doesn't let a program do."""

    def __init__(self, what: str) -> None:
        super().__init__(errno.EPERM, what)


def limit(seconds: float, *, alone: bool) -> None:
    """Memory, processor time, files and processes of this process, for good.

    `alone`: in a namespace of its own, where only its own processes are counted. Elsewhere all of
    the user's are, so that no number but none would hold.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        "RLIMIT_AS": _size() + MEMORY,
        "RLIMIT_CPU": int(seconds) + 1,
        "RLIMIT_FSIZE": FILE,
        "RLIMIT_NOFILE": FILES,
        "RLIMIT_NPROC": PROCESSES if alone else 0,
        "RLIMIT_CORE": 0,
    }
    for name, most in wanted.items():
        with suppress(AttributeError, ValueError, OSError):  # not every system has every limit
            number = getattr(resource, name)
            _, hard = resource.getrlimit(number)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(number, (most, most))


def _size() -> int:
    """The bytes of memory this process has been given addresses for."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 4 * 2**30
    return pages * os.sysconf("SC_PAGE_SIZE")


def refuse(folder: Path, *, files: bool) -> None:
    """From here on no other process, no network, no signal, no foreign code, for good.

    files: nor a change of any file outside `folder`, nor a look into other processes.
    """
    inside = os.path.realpath(folder)
    sys.addaudithook(_hook(inside, _libraries(), files=files))
    with suppress(ImportError, AttributeError):  # the one way to a process that asks no hook
        import _posixsubprocess

        vars(_posixsubprocess)["fork_exec"] = _no_process


def _no_process(*_: Any) -> None:
    raise Refused("another process")


def _hook(
    inside: str, libraries: tuple[str, ...], *, files: bool
) -> Callable[[str, tuple[Any, ...]], None]:
    realpath, isdir, getframe, flags = os.path.realpath, os.path.isdir, sys._getframe, WRITES

    def is_outside(path: Any) -> bool:
        if isinstance(path, int) or path is None:
            return False
        real = realpath(os.fsdecode(path))
        return real != inside and not real.startswith(inside + os.sep) and real != os.devnull

    def from_library() -> bool:
        """Whether an installed library, not the program, asks: sklearn opens its own parts."""
        frame = getframe(2)
        while frame.f_back and f"{os.sep}ctypes{os.sep}" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame.f_code.co_filename.startswith(libraries)

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, kind, mode = given
            if files and mode & flags and is_outside(path):
                raise Refused(f"a file outside its folder ({path})")
            if files and kind is None and isdir(path) and is_outside(path):
                raise Refused(f"the hold of a folder outside ({path})")  # paths start from there
            if files and isinstance(path, str) and _looks_into_process(path):
                raise Refused(f"a look into another process ({path})")
        elif event.startswith(PROCESS):
            raise Refused(f"another process ({event})")
        elif event.startswith(NETWORK):
            raise Refused(f"the network ({event})")
        elif files and event.startswith(SIGNAL):
            raise Refused(f"a signal to a process ({event})")
        elif event.startswith(FOREIGN) and not from_library():
            raise Refused(f"code that is not Python ({event})")
        elif files and event.startswith(CHANGE) and any(map(is_outside, _paths(given))):
            raise Refused(f"a change outside its folder ({event})")

    return hook


def _paths(given: Iterable[Any]) -> list[Any]:
    return [item for item in given if isinstance(item, str | bytes | os.PathLike)]


def _looks_into_process(path: str) -> bool:
    return path.startswith("/proc/") and path[6:7].isdigit() and not path.startswith("/proc/self/")


def _libraries() -> tuple[str, ...]:
    """Where installed code lies, and the importer's own."""
    import sysconfig

    roots = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return (*(f"{os.path.realpath(root)}{os.sep}" for root in roots), "<frozen ", *roots)
