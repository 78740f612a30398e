"""The temporary folder of one check, which is gone afterwards.

A check that is killed can't clean up. Beside each folder lies a file that its owner holds locked as
long as it lives: a folder whose lock is free belongs to nobody, and the next check removes it.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX, OWNER = "chainrule-check-", ".owner"
YOUNG = 60.0  # seconds; before, its owner may not have come to lock it


@contextmanager
def temporary() -> Iterator[Path]:
    """A folder of our own, and what killed checks have left is cleared away."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    owner = folder.with_name(folder.name + OWNER)
    held = None
    try:
        with suppress(OSError):
            held = os.open(owner, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            _lock(held)
        yield folder
    finally:
        remove(folder)
        with suppress(OSError):
            owner.unlink()
        if held is not None:
            os.close(held)


def sweep() -> None:
    """Remove the folders of this user whose owners are dead; nothing else, and never a link."""
    if not hasattr(os, "getuid"):  # Windows: no such locks
        return
    for owner in Path(tempfile.gettempdir()).glob(f"{PREFIX}*{OWNER}"):
        with suppress(OSError):
            _sweep(owner)


def _sweep(owner: Path) -> None:
    held = os.open(owner, os.O_RDWR | os.O_NOFOLLOW)
    try:
        found = os.fstat(held)
        old = time.time() - found.st_mtime > YOUNG
        if not (old and stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid()):
            return
        _lock(held)  # BlockingIOError: its owner is alive
        folder = owner.with_name(owner.name.removesuffix(OWNER))
        with suppress(FileNotFoundError):
            kept = os.lstat(folder)
            if not (stat.S_ISDIR(kept.st_mode) and kept.st_uid == os.getuid()):
                return
            remove(folder)
        owner.unlink()
    finally:
        os.close(held)


def _lock(file: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def remove(folder: Path) -> None:
    """The folder with all that is in it, also where a program took rights away."""
    for place, folders, _ in os.walk(folder):
        for name in folders:
            with suppress(OSError):
                os.chmod(os.path.join(place, name), 0o700, follow_symlinks=False)
    shutil.rmtree(folder, ignore_errors=True)
