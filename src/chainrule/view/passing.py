"""What becomes of a session as time goes by: the training goes on, or the past is repeated."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from chainrule.core.errors import ChainruleError
from chainrule.view import commands, pace

if TYPE_CHECKING:
    from chainrule.view.session import Session


def tick(session: Session) -> None:
    """Take in what the training told since, and go on where it plays."""
    try:
        session.driver.hear()
    except ChainruleError as error:
        _stop(session, error)
        raise
    if session.mode == "training":
        _follow(session)
    elif session.mode == "repeating":
        _repeat(session)


def _stop(session: Session, error: ChainruleError) -> None:
    session.mode, session.broken = "still", f"{error} What was saved is kept."
    session.step = min(session.step, session.line.head)
    session.changed()


def _follow(session: Session) -> None:
    """The newest state is the shown one; where numbers were not finite it is one before."""
    newest, line = session.driver.newest(), session.line
    if newest is not None:
        taken = session.easel.taken(line)
        may_go_back = taken is not None and newest.number > taken.number  # else it comes late
        session.easel.take(line, newest)
        line.head = newest.step if may_go_back else max(line.head, newest.step)
    _stand(session, line.head)
    if not session.driver.running:  # it came to an end
        session.mode = "still"
        session.changed()


def _repeat(session: Session) -> None:
    """The past again, at the pace of the training; then on into the future."""
    line, (since, first) = session.line, session.since
    rate = session.rate or pace.of_repeating(line.head)
    _stand(session, min(first + int((monotonic() - since) * rate), line.head))
    if session.is_live:
        session.mode = "still"
        if line.ended is None:
            session.play(commands.Play(0))
        else:
            session.changed()


def _stand(session: Session, step: int) -> None:
    if step != session.step:
        session.step, session.version = step, session.version + 1
