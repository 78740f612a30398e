"""The newest states of a training run, in memory that two processes share: the latest wins.

The one writes as often as it likes and never waits; the other takes the newest whole one. A slot
that is overwritten while it is read is noticed by its checksum, and the one before is taken.
"""

from __future__ import annotations

import struct
import zlib
from multiprocessing.shared_memory import SharedMemory
from typing import NamedTuple

import numpy as np

from chainrule.records import Params
from chainrule.spec import Spec

SLOTS = 4
HEAD = struct.Struct("<qqI4x")  # number of the snapshot, step, checksum
FIRST = 16  # bytes before the first slot: the number of the newest snapshot


class Snapshot(NamedTuple):
    number: int
    step: int
    params: Params


class Ring:
    """`Ring.create(spec)` here, `Ring.attach(spec, name)` in the other process."""

    def __init__(self, spec: Spec, memory: SharedMemory, owner: bool) -> None:
        self.spec, self.memory = spec, memory
        self.is_named = owner  # and has to be unlinked
        assert memory.buf is not None  # it is open
        self.content = memory.buf
        self.size = _bytes_of(spec)
        self.number = 0

    @classmethod
    def create(cls, spec: Spec) -> Ring:
        size = FIRST + SLOTS * (HEAD.size + _bytes_of(spec))
        memory = SharedMemory(create=True, size=size)
        ring = cls(spec, memory, owner=True)
        ring.content[:FIRST] = bytes(FIRST)
        return ring

    @classmethod
    def attach(cls, spec: Spec, name: str) -> Ring:
        return cls(spec, SharedMemory(name=name), owner=False)

    @property
    def name(self) -> str:
        return self.memory.name

    def put(self, step: int, params: Params) -> None:
        content = b"".join(params[name].tobytes() for name in self.spec.shapes)
        self.number += 1
        at, check = self._place(self.number), zlib.crc32(content)
        HEAD.pack_into(self.content, at, self.number, step, check)
        self.content[at + HEAD.size : at + HEAD.size + self.size] = content
        struct.pack_into("<q", self.content, 0, self.number)

    def newest(self) -> Snapshot | None:
        """None where nothing was put in yet."""
        (last,) = struct.unpack_from("<q", self.content, 0)
        for number in range(last, max(0, last - SLOTS + 1), -1):
            found = self._read(number)
            if found:
                return found
        return None

    def _read(self, number: int) -> Snapshot | None:
        at = self._place(number)
        head = HEAD.unpack_from(self.content, at)
        content = bytes(self.content[at + HEAD.size : at + HEAD.size + self.size])
        if head[0] != number or zlib.crc32(content) != head[2]:
            return None
        return Snapshot(number, head[1], _params(self.spec, content))

    def _place(self, number: int) -> int:
        return FIRST + number % SLOTS * (HEAD.size + self.size)

    def unlink(self) -> None:
        """Take its name away once both have it open: so however they end, nothing is left."""
        if self.is_named:
            self.is_named = False
            self.memory.unlink()

    def close(self) -> None:
        self.content.release()
        self.memory.close()
        self.unlink()


def _bytes_of(spec: Spec) -> int:
    return spec.parameters * np.dtype(spec.dtype).itemsize


def _params(spec: Spec, content: bytes) -> Params:
    params, at = {}, 0
    for name, shape in spec.shapes.items():
        count = int(np.prod(shape))
        params[name] = np.frombuffer(content, spec.dtype, count, at).reshape(shape)
        at += params[name].nbytes
    return params
