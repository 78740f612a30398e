"""Which line of the program a mistake is about: the one that sets the number in question."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from chainrule.checker.account import Account
from chainrule.checker.case import Case
from chainrule.checker.fitting import fit
from chainrule.checker.forward import Pass
from chainrule.checker.observation import names_of

EXACT = 1e-6
LOOP = re.compile(r"^loop in line (\d+)")
OF_STEP = 64  # the one mistake with biases that may be of their update


class Place(NamedTuple):
    """The last line that sets a number of the program, and its name."""

    line: int | None = None
    sets: str = ""


def place_of(case: Case, account: Account | None, id: int, where: str, layer: int) -> Place:
    """Nowhere, where the program has no name for the number, or sets it before it trains."""
    names, lines = names_of(case.reading, layer), case.reading.lines
    if where == "update":
        return _of_step(case, names.W)
    if id == OF_STEP:
        return _of_step(case, names.b)
    if where == "weight gradient":
        name = names.dW
    elif where == "bias gradient":
        name = names.db
    elif where in ("output delta", "hidden delta") and account is not None:
        name = _delta(case, account, layer)
    else:
        return Place()
    return Place(lines[name], name) if name in lines else Place()


def _of_step(case: Case, name: str) -> Place:
    """Where weights are updated: not where they start."""
    line, loop = case.reading.lines.get(name), LOOP.match(case.reading.entry)
    if line is None or case.reading.form == "object" or (loop and line <= int(loop[1])):
        return Place()
    return Place(line, name)


def _delta(case: Case, account: Account, layer: int) -> str:
    """The program's array that makes its dW of this layer: the last one that does."""
    call = case.main
    theirs = case.theirs(call) if call is not None else None
    mine = theirs[layer] if theirs is not None else None
    if call is None or mine is None or len(call.x) < 2 or mine.W.size < 2:
        return ""
    with np.errstate(all="ignore"):
        a = Pass(call, account.forward).inp[layer]
    shape, lines = (len(a), mine.W.shape[1]), case.reading.lines
    shown = {name: value if value.shape == shape else value.T for name, value in call.seen.items()
             if name in lines and shape in (value.shape, value.T.shape)}  # fmt: skip
    found = [name for name, d in shown.items() if d.any() and fit(a.T @ d, mine.W).off < EXACT]
    return max(found, key=lambda name: lines[name], default="")
