"""A session for tests, and what is asked of it."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from chainrule.view import commands, frame
from chainrule.view.picture import View
from chainrule.view.session import Session

SMALL = View(side=16, small=8)
QUICK = {  # a little run that a test can wait for
    "data": "moons", "rows": 40, "test_rows": 20, "hidden": [[3, "tanh"]], "batch_size": 8,
    "epochs": 12,
}  # fmt: skip


def settled(session: Session, seconds: float = 30.0) -> Session:
    """Once it stands still."""
    until = monotonic() + seconds
    while session.playing:
        assert monotonic() < until, "still playing"
        session.tick()
        sleep(0.002)
    return session


def played(session: Session, speed: str = "fast") -> Session:
    """To the end of the run."""
    session.do(commands.Speed(1, speed))  # type: ignore[arg-type]
    session.do(commands.Play(2))
    return settled(session)


def picture(session: Session, view: View = SMALL, compare: str | None = None) -> bytes:
    return session.frame(view, compare)


def head(session: Session) -> Any:
    return frame.from_bytes(picture(session))[0]
