"""What settings would make, told before anything is learnt from it."""

from __future__ import annotations

from dataclasses import replace

from chainrule.core.errors import ChainruleError
from chainrule.data.encoder import Encoder
from chainrule.data.holes import with_holes
from chainrule.data.preparation import Preparation
from chainrule.data.table import Table
from chainrule.view import commands
from chainrule.view.forms import left_out
from chainrule.view.messages import Planned
from chainrule.view.parts import ColumnInfo
from chainrule.view.session import Session
from chainrule.view.sets import TABLE
from chainrule.view.settings import Setup, set_up
from chainrule.view.tables import columns_of, ready
from chainrule.view.words import network_line, short

ROWS, INPUTS, CLASSES = 4, 24, 8  # that are shown


def planned(session: Session, command: commands.Plan) -> Planned:
    """Errors are those of the settings themselves."""
    setup = set_up(session.setup.chosen.having(command.settings), session.kept)
    data, prepared = setup.source.data, setup.source.data.preparation
    table = session.kept.tables.get(setup.chosen.data.removeprefix(TABLE))
    names = setup.chosen.settings.get("columns", table.names if table else ())
    return Planned(
        command.id, setup.source.title, network_line(setup.spec),
        data.task,  # type: ignore[arg-type]
        _answers(setup), {name: part.n for name, part in data.parts.items()},
        tuple(column.name for column in prepared.inputs[:INPUTS]) if prepared else (),
        _first(prepared, table), left_out(prepared, names) if prepared else {},
        setup.source.notes, _columns(prepared, table),
        table.n - sum(part.n for part in data.parts.values()) if table else 0,
        ready(setup.source.title),
    )  # fmt: skip


def _columns(prepared: Preparation | None, table: Table | None) -> tuple[ColumnInfo, ...]:
    """Only where texts are holes: else they are as they were told before."""
    if prepared is None or table is None or not prepared.holes:
        return ()
    return columns_of(with_holes(table, prepared.holes))


def _answers(setup: Setup) -> str:
    """2 classes: no, yes"""
    data = setup.source.data
    target = data.preparation.target if data.preparation else None
    if target is not None and target.classes:
        names = [str(each)[:40] for each in target.classes[:CLASSES]]
        more = ", …" if len(target.classes) > CLASSES else ""
        return f"{len(target.classes)} classes: {', '.join(names)}{more}"
    return "a number" if data.outputs == 1 else f"{data.outputs} numbers"


def _first(prepared: Preparation | None, table: Table | None) -> tuple[tuple[str, ...], ...]:
    """The table's first rows as the network takes them; a row with a hole has none."""
    if prepared is None or table is None:
        return ()
    table = with_holes(replace(table, values=table.values[:ROWS]), prepared.holes)
    encode = Encoder.by_name(prepared.used, prepared.missing, table)
    made = []
    for k in range(min(ROWS, table.n)):
        try:
            x = encode(table.values[k : k + 1], k)[0, :INPUTS].tolist()
        except ChainruleError:
            x = []
        made.append(tuple(map(short, x)))
    return tuple(made)
