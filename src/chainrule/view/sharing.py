"""What an address gives to another studio, and what it can't take there."""

from __future__ import annotations

from chainrule.view.line import Line
from chainrule.view.sets import RUN, TABLE, file_of

SAME = (
    "Settings and seed make the run: opened in another studio, this address gives the same numbers."
)
TAKE = "The run file under Take away holds all of it."


def shared_notes(line: Line) -> tuple[str, ...]:
    data = line.setup.chosen.data
    notes = []
    if data.startswith(TABLE):
        name = file_of(data.removeprefix(TABLE)) or line.setup.source.title
        notes.append(
            f"The table is not in it: another studio opens it once the same file, “{name}”, was "
            "dropped there, and then gives the same numbers."
        )
    elif data.startswith(RUN):
        notes.append(
            f"The data of the run “{data.removeprefix(RUN)}” are not in it: another studio opens "
            f"it only after that run file. {TAKE}"
        )
    if line.fork > 0:
        left = f"left {line.parent.name}" if line.parent else "begins"
        notes.append(
            f"Branch {line.name} {left} at step {line.fork:,}. The address has its settings, and "
            f"they begin at step 0: other numbers. {TAKE}"
        )
    return tuple(notes) or (SAME,)
