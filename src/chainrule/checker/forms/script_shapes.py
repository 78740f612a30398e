"""Arrays of a tape in our layout, and pieces put together into layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from chainrule.checker.forms.script_layers import Found, Piece
from chainrule.core.dense import Array


def shaped(ids: Array, on_right: bool, other: Array) -> tuple[Array, Array, bool] | None:
    """ids as (fan_in, units), the partner as (m, fan_in), and whether samples are columns."""
    columns = not on_right
    ids = ids.T if columns else ids
    partner = other.T if columns else other
    if ids.ndim == 1:
        ids = ids[:, None]
    if partner.ndim == 1:
        partner, columns = partner[None, :], False
    if ids.ndim != 2 or partner.ndim != 2 or partner.shape[1] != ids.shape[0]:
        return None
    return ids, partner, columns


def as_rows(value: Array, rows: int, units: int, columns: bool) -> Array:
    """(rows, units), whatever the program's layout."""
    if value.size == 1 or value.shape == (rows, units):
        return value.reshape(rows, units)
    if columns and value.shape == (units, rows):
        return value.T
    return value.reshape(rows, units)


def groups(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces of one layer multiply the same numbers."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and np.array_equal(groups[-1][0].partner, piece.partner):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def chained(layers: Sequence[Found]) -> bool:
    return all(
        lower.ids.shape[1] in (upper.raw.shape[0], upper.ids.shape[0])
        for lower, upper in pairwise(layers)
    )
