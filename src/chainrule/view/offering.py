"""Tables of one's own of which something has to be chosen before they can be learnt from."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from chainrule.core.errors import UsageError
from chainrule.data.table import Table
from chainrule.view import commands, messages
from chainrule.view.parts import TableInfo
from chainrule.view.sets import TABLE
from chainrule.view.settings import Chosen

if TYPE_CHECKING:
    from chainrule.view.session import Session


def offer(told: Session, table: Table, about: TableInfo) -> None:
    """Learn from the table as it is; where that can't be, the page asks what becomes of it."""
    told.kept.keep(about, table, told.setup.chosen.data)
    if any(column.odd for column in about.columns):
        _show(told, about)
    else:
        with suppress(UsageError):  # offered where it is refused
            told.configure(commands.Configure(0, {"data": f"{TABLE}{about.id}"}))


def refused(told: Session, chosen: Chosen) -> None:
    """A kept table of which nothing was chosen is offered, again, too."""
    about = told.kept.told_at(chosen.data)
    if about and not chosen.changes:
        _show(told, about)


def _show(told: Session, about: TableInfo) -> None:
    told.offered = about
    told.news.append(messages.Offered(about))
