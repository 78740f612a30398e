"""What is asked of a session and changes nothing: each question with its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chainrule.view import commands, opening
from chainrule.view.messages import News, RunList, Shared
from chainrule.view.session import Session


def answer(session: Session, command: commands.Command) -> News:
    return ANSWERS[type(command)](session, command)


def share(session: Session, command: commands.Share) -> News:
    return Shared(command.id, session.line.setup.chosen.to_address(command.hide))


def runs(session: Session, command: commands.Runs) -> News:
    return RunList(command.id, opening.listed(session.folder))


def checked(command: commands.Check) -> News:
    raise NotImplementedError


ANSWERS: dict[type[commands.Command], Callable[[Session, Any], News]] = {
    commands.Share: share, commands.Runs: runs,
}  # fmt: skip
