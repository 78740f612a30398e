"""The wall around the process: bubblewrap, where it is installed and allowed to work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from pathlib import Path

TMP, WORK = 64 * 2**20, 256 * 2**20  # bytes in memory that can be written to
HIDDEN = ("/run", "/var/run", "/var/tmp", "/mnt", "/media")  # sockets of services; other disks


@cache
def stands() -> bool:
    """Whether bubblewrap works here. Namespaces may be forbidden, so it is tried, once."""
    if shutil.which("bwrap") is None or not sys.platform.startswith("linux"):
        return False
    try:
        tried = subprocess.run(
            [*_around(Path("/tmp"), Path("/tmp")), "true"],
            capture_output=True, timeout=5, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def around(command: Sequence[str], given: Path, work: Path, needs: Sequence[str]) -> list[str]:
    """The command in a world of its own: nothing can be written but `work`, no network.

    needs: folders it reads which may lie in a hidden place, as an environment does in the home.
    """
    readable = [p for p in (*needs, *_python()) if os.path.isdir(p) and _is_hidden(p)]
    return [*_around(given, work, sorted(set(readable))), *command]


def _around(given: Path, work: Path, readable: Sequence[str] = ()) -> list[str]:
    hidden = [p for p in (*HIDDEN, _home()) if os.path.isdir(p) and not os.path.islink(p)]
    return [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--ro-bind", "/", "/", "--dev", "/dev", "--remount-ro", "/dev", "--proc", "/proc",
        "--size", str(TMP), "--tmpfs", "/tmp",
        *(word for folder in hidden for word in ("--size", str(TMP), "--tmpfs", folder)),
        *(word for folder in readable for word in ("--ro-bind", folder, folder)),
        "--ro-bind", str(given), str(given),
        "--size", str(WORK), "--tmpfs", str(work), "--chdir", str(work), "--",
    ]  # fmt: skip


def _home() -> str:
    """The user's home, or nothing where it is no place of its own."""
    try:
        home = os.path.realpath(Path.home())
    except RuntimeError:
        return ""
    return home if home.count(os.sep) > 0 and home not in ("/", "/usr", "/tmp") else ""


def _is_hidden(path: str) -> bool:
    real = os.path.realpath(path)
    return any(
        place == os.path.commonpath([place, real])
        for place in map(os.path.realpath, filter(None, ("/tmp", *HIDDEN, _home())))
    )


def _python() -> set[str]:
    """Where the interpreter and its libraries are."""
    prefixes = {sys.prefix, sys.base_prefix, os.path.realpath(sys.prefix)}
    return prefixes | {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
