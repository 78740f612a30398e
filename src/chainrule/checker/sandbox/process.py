"""A process of ours from its start to its end: drained, timed, and killed with all its children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from chainrule.checker import transport

SAID = 64 * 2**10  # bytes kept of what a program prints: the first half and the last
PRINTED = 50 * 2**20  # bytes it may print
KEPT = (transport.BYTES, SAID // 2, SAID // 2)  # of each pipe's beginning, and of its end
MOST = (transport.BYTES, PRINTED, PRINTED)
LOOK = 0.1  # seconds between two looks whether somebody stopped it
AFTER = 0.5  # seconds between its answer and its end, or between our kill and the pipes' end


class Ran(NamedTuple):
    """How a process ended."""

    result: bytes
    said: str
    trace: str  # where it was when it crashed, or when its time was up
    code: int | None  # None: killed by us
    over: str  # "" | "time" | "output" | "result" | "stopped"
    seconds: float


class Drain(threading.Thread):
    """Reads a pipe to its end, so that its writer never waits, and keeps the two ends of it."""

    def __init__(self, number: int, keep: int, most: int, news: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number, self.keep, self.most, self.news = number, keep, most, news
        self.head, self.tail, self.total, self.ended = bytearray(), bytearray(), 0, False

    def run(self) -> None:
        with suppress(OSError):
            while chunk := os.read(self.number, 1 << 16):
                self._take(chunk)
        self.ended = True
        self.news.set()
        with suppress(OSError):
            os.close(self.number)

    def _take(self, chunk: bytes) -> None:
        self.total += len(chunk)
        room = self.keep - len(self.head)
        self.head += chunk[:room]
        self.tail = (self.tail + chunk[room:])[-self.keep :]
        if self.total > self.most:
            self.news.set()

    @property
    def is_over(self) -> bool:
        return self.total > self.most

    @property
    def text(self) -> str:
        cut = b"\n...\n" if self.total > len(self.head) + len(self.tail) else b""
        return (self.head + cut + self.tail).decode("utf-8", errors="replace")


class Pipes:
    """The three ways out of the process. `inner` are its ends, `outer` ours."""

    def __init__(self) -> None:
        ends = [os.pipe() for _ in range(3)]
        self.outer = [read for read, _ in ends]
        self.inner = [write for _, write in ends]

    def close_inner(self) -> None:
        while self.inner:
            os.close(self.inner.pop())


class Child(Protocol):
    """subprocess.Popen, or a fork of this process."""

    pid: int

    def poll(self) -> int | None: ...


def start(
    command: Sequence[str], pipes: Pipes, folder: Path, env: dict[str, str]
) -> subprocess.Popen[bytes]:
    """A process in a session of its own, its output going into the pipes."""
    result, said, trace = pipes.inner
    if sys.platform == "win32":
        return subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=result, stderr=said
        )
    return subprocess.Popen(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        pass_fds=(result, trace), start_new_session=True,
    )  # fmt: skip


def collect(child: Child, pipes: Pipes, seconds: float, stop: threading.Event | None = None) -> Ran:
    """What came until it ended, or was ended. Nothing of its group is left, whatever happens."""
    begun, news, drains = time.monotonic(), threading.Event(), []
    code = None
    try:
        pipes.close_inner()
        drains = [Drain(*what, news) for what in zip(pipes.outer, KEPT, MOST, strict=True)]
        for drain in drains:
            drain.start()
        over = _watch(drains, news, begun + seconds, stop)
        code = None if over else _wait(child, AFTER)
    finally:
        end(child)
        taken = time.monotonic() - begun
        for drain in drains:
            drain.join(AFTER)
    result, said, trace = drains
    return Ran(bytes(result.head), said.text, trace.text, code, over, taken)


def _watch(
    drains: list[Drain], news: threading.Event, until: float, stop: threading.Event | None
) -> str:
    """Wait until the answer's pipe is closed, time is up, too much comes, or it is stopped."""
    result, said, trace = drains
    while True:
        news.clear()
        if result.is_over:
            return "result"
        if said.is_over or trace.is_over:
            return "output"
        if result.ended:
            return ""
        if stop is not None and stop.is_set():
            return "stopped"
        left = until - time.monotonic()
        if left <= 0:
            return "time"
        news.wait(left if stop is None else min(left, LOOK))


def _wait(child: Child, seconds: float) -> int | None:
    """The exit code (negative: the signal), or None if it goes on for so long."""
    until, pause = time.monotonic() + seconds, 0.0005
    while (code := child.poll()) is None and time.monotonic() < until:
        time.sleep(pause)
        pause = min(2 * pause, 0.02)
    return code


def end(child: Child) -> None:
    """Kill it and its group, and wait for it."""
    with suppress(OSError):
        if sys.platform != "win32":
            os.killpg(child.pid, signal.SIGKILL)
    with suppress(OSError):
        if child.poll() is None:  # not yet a group of its own
            os.kill(child.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    _wait(child, 10 * AFTER)
