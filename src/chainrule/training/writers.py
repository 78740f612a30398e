"""Who writes a run file: one process at a time, and a dead one holds nothing."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import time
from typing import Any

SILENT = 60.0  # seconds without a sign after which a writer elsewhere counts as gone


@dataclass(frozen=True)
class Writer:
    pid: int
    host: str
    began: str  # when the process did, as the kernel counts: a later one may have the same pid
    seen: float  # time of its last sign of life, seconds since 1970

    @classmethod
    def of_this_process(cls) -> Writer:
        return cls(os.getpid(), platform.node(), _began(os.getpid()), time())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, json: Mapping[str, Any] | None) -> Writer | None:
        return cls(**json) if json else None

    def is_here(self) -> bool:
        """Whether it is this very process."""
        here = self.of_this_process()
        return (self.pid, self.host, self.began) == (here.pid, here.host, here.began)


def is_alive(writer: Writer) -> bool:
    """Whether that process still runs. Where it can't be seen, its last sign has to be recent."""
    if writer.host != platform.node() or os.name != "posix":
        return time() - writer.seen < SILENT
    try:
        os.kill(writer.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # alive, another user's
    return _began(writer.pid) == writer.began


def _began(pid: int) -> str:
    """The start of a process in clock ticks since boot, or "" where the system doesn't tell.

    A zombie counts as gone: it was killed, and its parent, as often in a container, does not ask.
    """
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if state in "ZX" else fields[18]
    except (OSError, IndexError):
        return ""
