"""The network that a tape shows: which numbers are weights, in which layer, and what they meet.

A number of a slot is a weight where it first meets something in a product that does not come from
itself: the forward pass. The sums of these products are the units; a part of a slot that is added
to them is the bias. Every number of every slot has an id, so that nothing depends on how they are
kept: one array, rows of lists, or w1 ... w8.
"""

from __future__ import annotations

import bisect
from typing import NamedTuple

import numpy as np

from chainrule.checker.forms.script_tape import Operand
from chainrule.core.dense import Array


class Piece(NamedTuple):
    """Some units of a layer, with the event that made their sums."""

    ids: Array  # (fan_in, units)
    bias: Array | None  # (units,) or (1,)
    partner: Array  # (m, fan_in)     what the weights multiply
    source: Operand  # the same, as it stood in the program
    columns: bool
    z: int  # node of the sums
    at: int  # index of the event


class Found(NamedTuple):
    """One layer. `ids` count through all slots: see `Numbers`."""

    ids: Array  # (fan_in, units)
    bias: Array | None  # (units,) or (1,)
    fed: Array  # (m, fan_in)
    inside: int | None  # which row of the program's weights is the bias
    raw: Array  # ids, and
    raw_fed: Array  # what feeds them, with that row


class Net(NamedTuple):
    layers: tuple[Found, ...]
    columns: bool
    y: Array | None  # (m, outputs)
    labels: bool
    outputs: Array | None  # (m, outputs)
    x_slots: frozenset[str]
    y_slots: frozenset[str]


class Numbers:
    """Ids: the numbers of all slots, one after the other."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self.first: dict[str, int] = {}
        total = 0
        for label, size in sizes.items():
            self.first[label] = total
            total += size
        self.total = total
        self.labels = list(sizes)
        self.starts = list(self.first.values())

    def of(self, operand: Operand) -> Array:
        assert operand.where is not None
        return np.asarray(operand.where + self.first[operand.slot])

    def slot(self, number: int) -> str:
        return self.labels[bisect.bisect_right(self.starts, number) - 1]


def layer_of(group: list[Piece]) -> Found:
    ids = np.hstack([piece.ids for piece in group])
    fed = group[0].partner
    biases = [piece.bias for piece in group]
    bias = None
    if all(each is not None for each in biases):
        bias = np.concatenate([each for each in biases if each is not None])
        if len(group) > 1 and len(np.unique(bias)) == 1:
            bias = bias[:1]
    ones = np.flatnonzero(np.all(fed == 1.0, axis=0))
    if bias is None and len(ones) == 1 and ids.shape[0] > 1:
        return split(ids, fed, int(ones[0]))
    return Found(ids, bias, fed, None, ids, fed)


def split(ids: Array, fed: Array, at: int | None) -> Found:
    """A layer whose weights hold the bias in row `at`."""
    if at is None:
        return Found(ids, None, fed, None, ids, fed)
    return Found(np.delete(ids, at, 0), ids[at], np.delete(fed, at, 1), at, ids, fed)


def like(found: Found, now: Found) -> Found | None:
    """What feeds the layer now, taken apart as it was before; None if it is another layer."""
    if not np.array_equal(found.raw, now.raw):
        return None
    if found.bias is not None and found.inside is None:
        return found._replace(fed=now.raw_fed, raw_fed=now.raw_fed)
    return split(now.raw, now.raw_fed, found.inside)
