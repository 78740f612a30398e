"""How far a run is: a bar on a terminal, a line now and then elsewhere. Both go to stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from chainrule.cli.screen import Screen
from chainrule.records import Evaluated, Event, Progress, Started

LINES = 10  # about so many lines, where progress can't be drawn over,
SECONDS = 5  # and one at least each so many seconds
WAITED = 0.5  # seconds of reading before a bar appears
Consumer = Callable[[Event], None]


@contextmanager
def shown(screen: Screen) -> Iterator[Consumer]:
    """A consumer of a run's events that shows them as the screen can."""
    if screen.quiet:
        yield lambda event: None
    elif screen.is_live:
        with _bar() as consumer:
            yield consumer
    else:
        yield _lines(screen)


def loss_line(event: Evaluated) -> str:
    """loss 0.0123 · validation 0.0150 · accuracy 98.0 %"""
    words = [f"loss {event.losses['train']:.6g}"]
    if "validation" in event.losses:
        words.append(f"validation {event.losses['validation']:.6g}")
    if "accuracy" in event.metrics:
        words.append(f"accuracy {100 * float(event.metrics['accuracy']):.1f} %")
    return " · ".join(words)


def _lines(screen: Screen) -> Consumer:
    total, shown_at, shown_last = 1, -1.0, monotonic()

    def consume(event: Event) -> None:
        nonlocal total, shown_at, shown_last
        if isinstance(event, Started):
            total = event.total_steps
        if isinstance(event, Evaluated):
            share = event.step * LINES // total
            if share > shown_at or monotonic() - shown_last > SECONDS:
                shown_at, shown_last = share, monotonic()
                screen.note(f"step {event.step}/{total} · epoch {event.epoch} · {loss_line(event)}")

    return consume


@contextmanager
def _bar() -> Iterator[Consumer]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns: list[Any] = [
        TextColumn("step {task.completed:.0f}/{task.total:.0f}"), BarColumn(None),
        TextColumn("{task.description}"), TimeRemainingColumn(compact=True),
    ]  # fmt: skip
    with Bar(*columns, console=Console(file=sys.stderr), refresh_per_second=20) as bar:
        task = bar.add_task("", total=1, visible=False)
        drawn = 0.0

        def consume(event: Event) -> None:
            nonlocal drawn
            if isinstance(event, Started):
                bar.update(task, total=event.total_steps, completed=event.state.step, visible=True)
            elif isinstance(event, Progress):
                if monotonic() - drawn > 0.03:
                    drawn = monotonic()
                    bar.update(task, completed=event.state.step)
            elif isinstance(event, Evaluated):
                bar.update(task, completed=event.step, description=loss_line(event))

        yield consume


@contextmanager
def reading(screen: Screen) -> Iterator[Callable[[int, int], None] | None]:
    """A listener for the reading of a large file: a bar on a terminal, else a line at times."""
    if screen.quiet:
        yield None
    elif not screen.is_live:
        yield _reading_lines(screen)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns: list[Any] = [
            TextColumn("reading"), BarColumn(None), DownloadColumn(),
            TimeRemainingColumn(compact=True),
        ]  # fmt: skip
        with Bar(*columns, console=Console(file=sys.stderr), transient=True) as bar:
            task = bar.add_task("", total=None, visible=False)
            began = monotonic()

            def report(read: int, total: int) -> None:
                bar.update(task, completed=read, total=total, visible=monotonic() - began > WAITED)

            yield report


def _reading_lines(screen: Screen) -> Callable[[int, int], None]:
    shown_last = monotonic()

    def report(read: int, total: int) -> None:
        nonlocal shown_last
        if monotonic() - shown_last > SECONDS:
            shown_last = monotonic()
            screen.note(f"reading: {read / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    return report


@contextmanager
def starts(screen: Screen) -> Iterator[Callable[[int, int, int], None]]:
    """How far the starts are: a bar on a terminal, a line now and then elsewhere."""
    if not screen.is_live:
        yield _starts_lines(screen)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns: list[Any] = [
        TextColumn("{task.description}"), BarColumn(None), TimeRemainingColumn(compact=True),
    ]  # fmt: skip
    with Bar(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task("starts", total=None)

        def report(step: int, total: int, ended: int) -> None:
            bar.update(
                task, completed=step, total=total,
                description=f"step {step}/{total}, {ended} starts have ended",
            )  # fmt: skip

        yield report


def _starts_lines(screen: Screen) -> Callable[[int, int, int], None]:
    shown = monotonic()

    def report(step: int, total: int, ended: int) -> None:
        nonlocal shown
        if monotonic() - shown > SECONDS:
            shown = monotonic()
            screen.note(f"step {step}/{total}, {ended} starts have ended")

    return report
