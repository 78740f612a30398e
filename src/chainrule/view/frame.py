"""A picture of one state in numbers: one binary message, made once and sent to every page.

    bytes 0-3    "CRF1"
    bytes 4-7    n, the length of the head, little-endian
    8 .. 8+n     the head: JSON in UTF-8, filled up with spaces to a multiple of 8
    then         the blocks: plain numbers, little-endian, C order, each from a multiple of 8 on

A block of the head names its place: `at` bytes from the end of the head, `type` "u1" (uint8), "i4",
"f4" or "f8", its `shape`; and for "u1" maps what 0 and 255 stand for, `low` and `high`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.view.wire import finite, made, parse

MAGIC = b"CRF1"
EDGE = 8  # bytes: every block begins at a multiple


@dataclass(frozen=True)
class Block:
    """Where one array stands in a frame."""

    name: str
    type: Literal["u1", "i4", "f4", "f8"]
    shape: tuple[int, ...]
    at: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class FrameHead:
    """What a frame says beside its numbers. Blocks, as far as there are such:

    map            f4 (side, side)      the magnified unit; (side,) for a line; of a large network
                                        coarser than it was asked for, and so are all maps
    map.share      f4 (side, side)      of several classes how sure of the winner, from 0 to 1
    output         f4 (small, small)    the output, of several classes the winner
    compare        f4 (small, small)    the same of the branch that is compared; left out where it
                                        has not got so far, or its replay takes too long
    difference     f4 (side, side)      the later branch's output minus the earlier one's; of many
                                        classes how far their shares are apart, from 0 to 1
    inputs.map     u1 (inputs shown, small, small)
    N.map          u1 (units shown, small, small) of layer N: 0, 1, ...
    N.W, N.b       f4                   the parameters; those of very large layers and what is much
                                        work for gradients only where the state stands still
    N.W.grad, N.b.grad  f4              the gradients of the next step, with penalty and clipping
    N.a.hist, N.dz.hist  i4 (bins,)     how a layer's outputs and deltas spread; low, high: the ends
    N.grad.hist    i4 (bins,)           how log10 of the sizes of its weights' gradients spreads
    N.delta        f4 (units,)          the deltas of the next step's rows, added up for each unit
    N.image        u1 (units shown, rows, columns)  the weights from each pixel to a unit, those of
                                        all paths multiplied and added up; low, high: the ends
    batch          i4 (n,)              the rows of the next step, in its order; at most 1,000
    batch.pull     f4 (n,)              how strongly each of them pulls: the length of its dz
    sample.x       f4 (inputs,)         the row that is followed
    N.sample.a, N.sample.delta  f4 (units,)  its answers and its deltas
    sample.pixels  u1 (rows, columns)   its picture, where the inputs are pixels
    confusion      i4 (classes, classes)  rows of the test part, or else of training: their class,
                                        the answer
    gallery        u1 (n, rows, columns)  the first drawn rows of the test part, or the training
                                        part
    gallery.answer, gallery.right  i4, u1 (n,)  the answer to each, and 1 where it is right
    PART.right     u1 (drawn rows,)     of train, validation, test: 1 where it is answered right
    PART.answer    f4 (drawn rows,)     the answer, in the target's units; of classes the share of
                                        the second, with more outputs the number of the winner
    """

    session: str
    branch: str
    step: int
    head: int  # the newest state of the branch
    live: bool  # whether this is the newest state there is
    state: Literal["ready", "playing", "paused", "ended", "broken"]
    epoch: float
    losses: dict[str, float | None]  # train, validation, test
    metrics: dict[str, float | None]
    right: dict[str, tuple[int, int]]  # part → rows right, of how many
    measured_at: dict[str, int]  # part → of which state these numbers are: of large parts, where
    #                              the present one would take long, of one before it
    headline: str
    layer: int  # whose map is magnified
    unit: int
    blocks: tuple[Block, ...]


class Picture(NamedTuple):
    """What becomes a frame: the head without its blocks, and arrays, maps with their ends."""

    head: dict[str, Any]
    arrays: Mapping[str, Array]
    ends: Mapping[str, tuple[float, float]]


TYPES = {"u1": "|u1", "i4": "<i4", "f4": "<f4", "f8": "<f8"}


def to_bytes(picture: Picture) -> bytes:
    """The frame. What is not finite is null in its head, and stays NaN in its blocks."""
    blocks, pieces, at = [], [], 0
    for name, array in picture.arrays.items():
        type_ = f"{array.dtype.kind}{array.dtype.itemsize}"
        content = np.ascontiguousarray(array, dtype=TYPES[type_]).tobytes()
        content += bytes(-len(content) % EDGE)
        low, high = picture.ends.get(name, (None, None))
        blocks.append(
            {"name": name, "type": type_, "shape": array.shape, "at": at, "low": low, "high": high}
        )
        pieces.append(content)
        at += len(content)
    told = finite({**picture.head, "blocks": blocks})
    text = json.dumps(told, separators=(",", ":"), allow_nan=False)
    head = text.encode()
    head += b" " * (-len(head) % EDGE)
    return b"".join([MAGIC, struct.pack("<I", len(head)), head, *pieces])


def from_bytes(content: bytes) -> tuple[FrameHead, dict[str, Array]]:
    """The head and the arrays again: what the page does in TypeScript."""
    if content[:4] != MAGIC:
        raise UsageError("a frame", 'the letters "CRF1"', repr(content[:4]), "Is it another one?")
    (n,) = struct.unpack("<I", content[4:8])
    head = made(FrameHead, parse(content[8 : 8 + n].decode()))
    arrays = {}
    for block in head.blocks:
        count = int(np.prod(block.shape, dtype=np.int64))
        found = np.frombuffer(content, TYPES[block.type], count, 8 + n + block.at)
        arrays[block.name] = found.reshape(block.shape)
    return head, arrays
