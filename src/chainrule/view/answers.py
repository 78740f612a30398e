"""What is asked of a session and changes nothing: each question with its answer."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.checker.api import check
from chainrule.checker.conventions import own_convention
from chainrule.checker.picture import picture
from chainrule.checker.verdict import Verdict
from chainrule.core.errors import ChainruleError, UsageError
from chainrule.engine.protocol import rows_of
from chainrule.engine.reference import forward, loss_of
from chainrule.records import Batch
from chainrule.view import code, commands, opening, plan, why
from chainrule.view.derivation import derivation
from chainrule.view.messages import (
    Checked,
    Derivation,
    Followed,
    News,
    Program,
    PullsFound,
    RowFound,
    RunList,
    Shared,
)  # fmt: skip
from chainrule.view.parts import Pull
from chainrule.view.session import Session
from chainrule.view.sharing import shared_notes
from chainrule.view.words import short

BARS = 10  # pulls that are drawn
PROGRAM = 200_000  # characters of one that is checked
PLACE = ("where", "layer", "line", "sets")
HINTED = {
    1: PLACE, 2: (*PLACE, "id", "name"),
    3: (*PLACE, "id", "name", "formula_right", "formula_theirs"),
}  # fmt: skip
LINE = re.compile(r"\bline (\d+)")
ON_TOP = {
    "right": "Right: these are the gradients of its loss.",
    "different": "Right, in a convention of its own: ",
    "wrong": "Wrong.",
    "unknown": "Not right, and none of the known mistakes.",
    "error": "It can't be checked.",
}  # fmt: skip
NOTHING = "Nothing to check: no step of training was found in it."


def answer(session: Session, command: commands.Command) -> News:
    return ANSWERS[type(command)](session, command)


def explain(session: Session, command: commands.Explain) -> Derivation:
    at = session.moment(command.step, command.sample, command.part)
    return derivation(command.id, at, command.address, command.also)


def what_if(session: Session, command: commands.WhatIf) -> Followed:
    at = session.moment(command.step, command.sample, command.part)
    other, was = why.changed(session.line.setup, at, command.changed, command.value)
    before, after = (why.value_at(each, command.address) for each in (at, other))
    losses = [why.error_of(each, at.made.batch) for each in (at, other)]
    whose = _whose(at)
    says = (
        f"With {short(command.value)} instead of {short(was)}: the error of {whose} would be "
        f"{losses[1]} instead of {losses[0]}."
    )
    then = other.made.before if at.part else other.made.after
    return Followed(
        command.id, command.changed, was, command.value, before, after, losses[0], losses[1],
        says, session.painter.small_map(then.params),
    )  # fmt: skip


def _whose(at: why.Moment) -> str:
    one = len(at.made.batch.x) == 1
    if at.part:
        return f"the {at.noun}" if one else f"all {at.noun}s"
    return "this point after the step" if one else "these points after the step"


def pulls(session: Session, command: commands.Pulls) -> PullsFound:
    at = session.moment(command.step, None)
    found, count, rest, total = why.pulls(at, command.address)
    n = len(at.made.batch.x)
    says = "One point makes up this step’s batch: it alone pulls on the number."
    if n > 1:
        says = (
            f"{n:,} points make up this step’s batch. Each pulls on the number; the gradient is "
            "the sum of their pulls."
        )
    if at.made.penalty_grads or at.made.clip_scale != 1:
        says += " Penalty and clipping come on top."
    return PullsFound(
        command.id, command.address, at.made.t, tuple(found), count, short(rest), short(total),
        says, _beyond(found, count, rest, total),
    )  # fmt: skip


def _beyond(found: list[Pull], count: int, rest: float, total: float) -> str:
    """In words, what has no bar."""
    left, count = rest + sum(pull.share for pull in found[BARS:]), count + len(found[BARS:])
    more = f"And {count:,} more: {short(left)}. " if count else ""
    return f"{more}All together {short(total)}."


def row(session: Session, command: commands.Row) -> RowFound:
    """One row under the shown state."""
    painter, state = session.painter, session.shown_state()
    parts = painter.data.parts
    if command.part not in parts or not 0 <= command.row < parts[command.part].n:
        known = ", ".join(f"{part.n} {name}" for name, part in parts.items())
        raise UsageError(
            "row", f"a row of {known}", f"row {command.row} of {command.part}", "Click a point."
        )
    spec, rows = painter.spec, np.array([command.row])
    batch = Batch(rows, *rows_of(parts[command.part], rows))
    with np.errstate(all="ignore"):
        passed = forward(spec, state.params, batch.x)
        loss = loss_of(spec, passed, batch).value
    x, truth, told, right = session.scene.told(command.part, command.row, passed[-1].a)
    return RowFound(
        command.id, command.part, command.row, x, truth, told, right, short(loss),
        tuple(tuple(each.a[0].tolist()) for each in passed),
        state.step,
    )  # fmt: skip


def program(session: Session, command: commands.Code) -> Program:
    line = session.line
    text, notes = code.program(line.setup, command.language)
    if line.parent is not None:
        notes += (
            f"Branch {line.name} left {line.parent.name} at step {line.fork:,}; the program has "
            f"the settings of {line.name} from its start.",
        )  # fmt: skip
    return Program(command.id, command.language, text, code.FILES[command.language], notes)


def share(session: Session, command: commands.Share) -> Shared:
    address = session.line.setup.chosen.to_address(command.hide, projector=command.projector)
    return Shared(command.id, address, shared_notes(session.line))


def runs(session: Session, command: commands.Runs) -> RunList:
    return RunList(command.id, opening.listed(session.folder))


def checked(command: commands.Check, stop: threading.Event | None = None) -> Checked:
    """The verdict on a program, in a process of its own; here it is only waited for."""
    if len(command.program) > PROGRAM:
        raise UsageError(
            "check", f"a program of at most {PROGRAM:,} characters", f"{len(command.program):,}",
            "Take the part that trains.",
        )  # fmt: skip
    verdict = check(command.program + "\n", stop=stop)
    found = LINE.search(verdict.message)
    told = verdict.to_json()
    if command.hint in HINTED and verdict.mistakes and not verdict.is_right:
        keep = HINTED[command.hint]
        told["mistakes"] = [{name: mistake[name] for name in keep} for mistake in told["mistakes"]]
        told["message"], told["agreement"] = "", {}
    try:
        svg = picture(verdict, command.name[:60], tells=command.hint is None)
    except ChainruleError:
        svg = None
    line = int(found[1]) if found else None
    return Checked(command.id, _headline(verdict, command.hint), line, told, svg)


def _headline(verdict: Verdict, hint: int | None) -> str:
    said = NOTHING if verdict.is_of_nothing else ON_TOP[verdict.status]
    if verdict.status == "different":
        return f"{said}{own_convention(verdict.conventions)}."
    if verdict.mistakes and not verdict.is_right and hint not in HINTED:
        name = verdict.mistakes[0].name
        return f"{said} {name[0].upper()}{name[1:]}."
    return said


ANSWERS: dict[type[commands.Command], Callable[[Session, Any], News]] = {
    commands.Explain: explain, commands.WhatIf: what_if, commands.Pulls: pulls, commands.Row: row,
    commands.Code: program, commands.Plan: plan.planned, commands.Share: share,
    commands.Runs: runs,
}  # fmt: skip
