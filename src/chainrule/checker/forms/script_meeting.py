"""Sums of single products, and where outputs meet targets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chainrule.checker.forms.script_layers import Piece
from chainrule.checker.forms.script_names import ERROR, is_loss, last_name
from chainrule.checker.forms.script_tape import Event, Operand


class Meeting(NamedTuple):
    """Where outputs meet targets."""

    made: Operand
    target: Operand
    labels: bool = False
    bare: bool = False  # a 0 or a 1 that nobody tracks: expected[j]
    doubtful: bool = False  # 1 − a may be a part of a slope
    first: Meeting | None = None  # a doubtful one before


def is_bare(event: Event, one: Operand) -> bool:
    """a - 0, 1 - a: perhaps a target that the program has just made."""
    single = one.node is None and one.value.ndim == 0 and event.op == "subtract"
    return bool(single and float(one.value) in (0.0, 1.0, -1.0))


def is_sum(slot: str) -> bool:
    """A sum of losses over samples."""
    return is_loss(slot) or bool(ERROR.match(last_name(slot)))


class Sum(NamedTuple):
    """Products of single numbers, added up."""

    at: int
    ids: list[int]
    partners: list[Operand]
    bias: list[int]
    z: int = -1

    def piece(self) -> Piece:
        partner = np.array([[one.value.item() for one in self.partners]])
        needs = self.partners[0]
        bias = np.array(self.bias[:1]) if self.bias else None
        return Piece(np.array(self.ids)[:, None], bias, partner, needs, False, self.z, self.at)
