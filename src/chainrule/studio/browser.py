"""Opening the page in a browser without the address on its command line, which all users can read.

The browser is given a file of this user's alone that leads to the address. Decision 0015 has the
reasons, and where it is done otherwise.
"""

from __future__ import annotations

import html
import os
import platform
import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

SNAPS = Path("/snap/bin")  # whose browsers see no file outside the home, and no hidden one in it
REMOTE = ("SSH_CONNECTION", "VSCODE_IPC_HOOK_CLI", "CODESPACES")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>chainrule studio</title>
<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url={url}">
<p><a href="{url}">Open the studio</a></p></html>
"""


class Opener:
    """`open()` leads a browser to the address; `close()` leaves nothing behind, as often as it is
    called."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.folder: Path | None = None
        self.is_closed = False

    def open(self) -> None:
        if self.is_closed:  # the studio ended before it was shown
            return
        with suppress(OSError, RuntimeError):  # no place for a file: the address is printed
            webbrowser.open(self._file().as_uri() if takes_files(os.environ) else self.url)

    def close(self) -> None:
        self.is_closed = True
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self) -> Path:
        """In a folder that nobody else enters, and a file that nobody else reads."""
        self.folder = Path(tempfile.mkdtemp(prefix="chainrule-", dir=_place()))
        path = self.folder / "studio.html"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(PAGE.format(url=html.escape(self.url)))
        return path


def takes_files(environment: Mapping[str, str]) -> bool:
    """Whether the browser is given a file: not where its command line is nobody else's to read,
    nor where it runs on another machine than this one."""
    if sys.platform in ("win32", "darwin") or "microsoft" in platform.release().lower():
        return False
    return "BROWSER" not in environment or not any(name in environment for name in REMOTE)


def _place() -> Path | None:
    """None: where temporary files go."""
    if not SNAPS.is_dir():
        return None
    home = Path.home()
    return home if os.access(home, os.W_OK) else None
