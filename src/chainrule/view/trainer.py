"""The training process as its owner sees it: told what to do, heard without waiting."""

from __future__ import annotations

import atexit
import multiprocessing
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from chainrule.core.errors import TaskError
from chainrule.spec import Spec
from chainrule.view import worker
from chainrule.view.ring import Ring, Snapshot

PATIENCE = 10.0  # seconds that a process may take to save and end
Told = tuple[Any, ...]


class Trainer:
    """One process for as long as it lives; a lost one is replaced when it is next needed."""

    def __init__(self) -> None:
        self.context = multiprocessing.get_context("spawn")
        self.heard: queue.SimpleQueue[Told] = queue.SimpleQueue()
        self.process: Any = None
        self.pipe: Any = None
        self.ring: Ring | None = None
        self.is_lost = False  # its pipe has ended, whatever the system says of it

    @property
    def is_alive(self) -> bool:
        return self.process is not None and not self.is_lost and bool(self.process.is_alive())

    def start(self) -> None:
        """Begin the process ahead of time: it takes a third of a second."""
        if self.is_alive:
            return
        here, there = self.context.Pipe()
        process = self.context.Process(target=worker.main, args=(there,), daemon=True)
        with _signals_held():
            process.start()
        there.close()
        self.process, self.pipe, self.is_lost = process, here, False
        threading.Thread(target=self._listen, args=(here,), daemon=True).start()
        atexit.register(self.close)  # before Python's own end, which would wait for the process

    def open(self, path: Path, spec: Spec, *, longer: bool) -> None:
        self.start()
        ring = Ring.create(spec)
        if self.ring is not None:
            self.ring.close()
        self.ring = ring
        self.tell("open", str(path), ring.name, longer)

    def attached(self) -> None:
        """The process has the ring open: it needs no name any more."""
        if self.ring is not None:
            self.ring.unlink()

    def tell(self, *what: Any) -> None:
        try:
            worker.say(self.pipe, what)
        except (OSError, AttributeError) as error:
            raise lost() from error

    def newest(self) -> Snapshot | None:
        return self.ring.newest() if self.ring is not None else None

    def heard_within(self, seconds: float) -> list[Told]:
        """What is heard next, if anything is so soon."""
        with suppress(queue.Empty):
            return [self.heard.get(timeout=seconds)]
        return []

    def wait_for(self, *kinds: str, seconds: float = PATIENCE) -> list[Told]:
        """All that is heard up to one of these kinds, or the process's failure or loss."""
        heard: list[Told] = []
        while True:
            try:
                heard.append(self.heard.get(timeout=seconds))
            except queue.Empty:
                raise TaskError(
                    "the training process", f"an answer within {seconds:g} s", "none",
                    "Press play to start it anew; all that was saved is kept.",
                ) from None  # fmt: skip
            if heard[-1][0] in (*kinds, "failed", "lost"):
                return heard

    def all_heard(self) -> list[Told]:
        heard = []
        while not self.heard.empty():
            heard.append(self.heard.get())
        return heard

    def close(self) -> None:
        """Save and end; a process that hangs is ended by force, and its file is whole."""
        atexit.unregister(self.close)
        process, self.process = self.process, None
        if process is not None:
            with suppress(OSError):
                worker.say(self.pipe, ("quit",))
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()
            self.pipe.close()
        if self.ring is not None:
            self.ring.close()
            self.ring = None

    def _listen(self, pipe: Any) -> None:
        while True:
            try:
                self.heard.put(worker.hear(pipe))
            except (EOFError, OSError):
                if self.pipe is pipe:
                    self.is_lost = True
                    self.heard.put(("lost",))
                return


@contextmanager
def _signals_held() -> Iterator[None]:
    """A process that begins here hears no Ctrl-C before `worker.main` says what becomes of it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it would be begun on the way, and let signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, worker.ignored())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def lost() -> TaskError:
    return TaskError(
        "the training process", "to be there", "one that has ended",
        "Press play to start it anew; all that was saved is kept.",
    )  # fmt: skip
