"""Ctrl-C while there is nothing to lose yet."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def at_once() -> Iterator[None]:
    """Here Ctrl-C ends the process, with the exit code of one that was interrupted.

    A KeyboardInterrupt in the midst of an import may be swallowed, with the import's lock held:
    then whoever imports next waits for ever.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background
        yield
        return
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(number: int, _: FrameType | None) -> None:
    os._exit(128 + number)
