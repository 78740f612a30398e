"""No call of a learner's code takes all the time there is."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CALL = 1.0  # seconds for one call


class Slow(Exception):
    """A call that takes too long."""


@contextmanager
def limited(seconds: float = CALL) -> Iterator[None]:
    """Raises Slow in what runs within, where there are such signals and nobody else's is set."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer") or any(signal.getitimer(signal.ITIMER_REAL)):
        yield
        return

    def ring(*_: object) -> None:
        raise Slow(f"a call took more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
