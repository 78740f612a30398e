"""Arrays that remember where their numbers come from: which products make a program's forward pass.

A `Tracked` array computes as NumPy does and writes each operation on a tape. A *leaf* is a part of
one of the program's slots; `where` says which: the position of each of its numbers in the slot.
Single numbers are tracked as arrays without axes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms.script_keys import chooses, flat_index
from chainrule.core.dense import Array

LONGEST = 60_000  # operations; then the tape is full, and the program runs on unrecorded
VIEWS = {
    "transpose", "reshape", "ravel", "squeeze", "expand_dims", "atleast_1d", "atleast_2d",
    "swapaxes", "copy", "moveaxis", "flip", "broadcast_to", "asanyarray", "split", "array_split",
    "hsplit", "vsplit",
}  # fmt: skip
NOTHING: frozenset[str] = frozenset()
_counter = itertools.count()
_array, _asarray = np.array, np.asarray  # while a turn runs, np.array itself is tracked


class Node:
    """Numbers at one moment: a part of a slot, or the result of an operation."""

    __slots__ = ("at", "needs", "slot")

    def __init__(self, slot: str, needs: frozenset[str]) -> None:
        self.slot, self.needs, self.at = slot, needs, next(_counter)


class Operand(NamedTuple):
    node: Node | None  # None: a number or an array nobody tracks
    value: Array
    where: Array | None

    @property
    def slot(self) -> str:
        return self.node.slot if self.node is not None and self.where is not None else ""

    @property
    def needs(self) -> frozenset[str]:
        return self.node.needs if self.node else frozenset()


class Event(NamedTuple):
    op: str  # "matmul", "dot", "add", "getitem", ...
    operands: tuple[Operand, ...]
    out: Node
    value: Array  # of the result


class Tape:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, op: str, inputs: Sequence[Any], value: Any) -> Node:
        operands = tuple(map(operand, inputs))
        needs = NOTHING
        for each in operands:
            if each.node is not None and each.node.needs is not needs:
                needs = needs | each.node.needs if needs else each.node.needs
        node = Node("", needs)
        if len(self.events) < LONGEST:
            self.events.append(Event(op, operands, node, _array(strip(value))))
        return node


_tapes: list[Tape] = []  # the last one is written on


def start() -> Tape:
    _tapes.append(Tape())
    return _tapes[-1]


def stop() -> None:
    _tapes.pop()


def operand(value: Any) -> Operand:
    if type(value) is Tracked:
        return Operand(value.node, _array(value.view(np.ndarray)), value.where)
    return Operand(None, _array(value), None)


def strip(value: Any) -> Any:
    """Plain NumPy, through tuples, lists and dictionaries."""
    if isinstance(value, Tracked):
        return value.view(np.ndarray)
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(strip(each) for each in value)
    if isinstance(value, list):
        return [strip(each) for each in value]
    return value


def gather(values: Any, most: int = 64) -> list[Any]:
    """The tracked arrays among nested arguments, in order."""
    if isinstance(values, Tracked):
        return [values]
    if isinstance(values, list | tuple):
        return [one for each in values[:most] for one in gather(each)]
    return []


def leaf(value: Any, slot: str) -> Any:
    """The numbers of a slot, tracked. Lists stay lists, of tracked numbers."""
    array = _array(value)
    where = np.arange(array.size).reshape(array.shape)
    whole = tracked(array, Node(slot, frozenset({slot})), where)
    return _as_lists(whole) if isinstance(value, list) else whole


def _as_lists(value: Any) -> Any:
    return [_as_lists(each) for each in value] if value.ndim else value


def tracked(value: Any, node: Node, where: Array | None = None) -> Any:
    found = _asarray(value).view(Tracked)
    found.node, found.where = node, where
    return found


def result(op: str, inputs: Sequence[Any], value: Any) -> Any:
    """The result of an operation, tracked if it is numbers; single flags and counts are not."""
    if not isinstance(value, np.ndarray | np.generic) or not _tapes:
        return value
    kind = value.dtype.kind
    if kind not in "fiub" or (kind != "f" and value.ndim == 0):
        return value
    return tracked(value, _tapes[-1].write(op, inputs, value))


def _einsum(spec: str, arrays: list[Any], value: Any) -> Any:
    """A sum over one letter of two matrices is a product."""
    left, _, out = spec.replace(" ", "").partition("->")
    one, _, other = left.partition(",")
    shared = set(one) & set(other) - set(out)
    if len(shared) != 1 or len(one) != 2 or len(other) != 2 or len(out) != 2:
        return result("einsum", arrays, value)
    letter = shared.pop()
    if out[0] not in one:
        arrays, one, other = arrays[::-1], other, one
    rows = arrays[0] if one[1] == letter else arrays[0].T
    columns = arrays[1] if other[0] == letter else arrays[1].T
    return result("matmul", [rows, columns], value)


class Tracked(np.ndarray):
    node: Node | None
    where: Array | None
    cells: dict[int, tuple[Node | None, Array | None]] | None  # of numbers written one by one

    def __array_finalize__(self, source: Any) -> None:
        self.node, self.where, self.cells = getattr(source, "node", None), None, None

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **settings: Any
    ) -> Any:
        if out is None:
            plain = [one.view(np.ndarray) if type(one) is Tracked else strip(one) for one in inputs]
            if method == "__call__":
                return result(ufunc.__name__, inputs, ufunc(*plain, **strip_all(settings)))
            value = getattr(ufunc, method)(*plain, **strip_all(settings))
            return result(f"{ufunc.__name__}.{method}", inputs, value)
        getattr(ufunc, method)(*strip(inputs), out=strip(out), **strip_all(settings))
        if isinstance(out[0], Tracked) and _tapes:
            out[0].node, out[0].where = _tapes[-1].write(ufunc.__name__, list(inputs), out[0]), None
        return out[0]

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        value = func(*strip(args), **strip_all(kwargs))
        first = args[0] if args else None
        if func.__name__ in VIEWS and isinstance(first, Tracked) and first.node:
            places = None if first.where is None else func(first.where, *args[1:], **kwargs)
            if isinstance(value, list):  # np.split
                each = places or [None] * len(value)
                return [
                    tracked(*both)
                    for both in zip(value, [first.node] * len(value), each, strict=True)
                ]
            return tracked(value, first.node, places)
        if func.__name__ == "einsum" and len(args) == 3:
            return _einsum(args[0], list(args[1:]), value)
        if isinstance(value, list | tuple):
            sources = gather(args)
            return type(value)([result(func.__name__, sources, each) for each in value])
        inputs = list(args[:2]) if func.__name__ in ("dot", "inner", "outer") else gather(args)
        return result(func.__name__, inputs, value)

    def __getitem__(self, key: Any) -> Any:
        plain = strip(key)
        value = self.view(np.ndarray)[plain]
        if self.where is not None and self.node is not None:
            return tracked(value, self.node, self.where[plain])
        if self.cells and np.ndim(value) == 0:
            at = flat_index(plain, self.shape)
            node, places = self.cells.get(-1 if at is None else at, self.cells[-1])
            if node is not None and at is not None:
                return tracked(value, node, places)
        keys = [each for each in (key if isinstance(key, tuple) else (key,)) if chooses(each)]
        return result("getitem", [self, *keys], value)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.view(np.ndarray)[strip(key)] = strip(value)
        if _tapes:
            keys = [each for each in (key if isinstance(key, tuple) else (key,)) if chooses(each)]
            before = self.node
            self.node = _tapes[-1].write("setitem", [self, value, *keys], self)
            self.where = None
            self._note_cell(strip(key), value, before)

    def _note_cell(self, key: Any, value: Any, before: Node | None) -> None:
        at = flat_index(key, self.shape)
        if at is None:
            self.cells = None
        else:
            self.cells = self.cells or {-1: (before, None)}  # -1: those not written yet
            source = value if isinstance(value, Tracked) and value.ndim == 0 else None
            self.cells[at] = (source.node, source.where) if source is not None else (None, None)

    def __iter__(self) -> Any:
        return (self[at] for at in range(len(self)))

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.item())

    def __round__(self, digits: int = 0) -> Any:
        return round(self.item(), digits)

    def __reduce__(self) -> Any:
        return _array, (strip(self),)

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()

    def dot(self, other: Any, out: Any = None) -> Any:
        return np.dot(self, other) if out is None else np.dot(self, other, out=out)

    @property
    def T(self) -> Any:  # noqa: N802
        return np.transpose(self)

    def flatten(self, *how: Any) -> Any:
        return np.ravel(self, *how).copy()

    def copy(self, *_: Any) -> Any:
        return tracked(strip(self).copy(), self.node or Node("", frozenset()), self.where)

    def transpose(self, *axes: Any) -> Any:
        return np.transpose(self, *(axes if len(axes) < 2 else (axes,)))

    def reshape(self, *shape: Any, **how: Any) -> Any:
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **how)

    def astype(
        self, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: Any = True,
        copy: Any = True,
    ) -> Any:  # fmt: skip
        value = strip(self).astype(dtype, order, casting, subok, copy)
        return tracked(value, self.node or Node("", frozenset()), self.where)


def strip_all(settings: dict[str, Any]) -> dict[str, Any]:
    return settings and {name: strip(value) for name, value in settings.items()}


def _through(name: str) -> Callable[..., Any]:
    """A method that NumPy also has as a function, which is recorded."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(np, name)(self, *args, **kwargs)

    return method


def _not_in_place(name: str) -> Callable[..., Any]:
    """Single numbers don't change: `s = w; s += 1` leaves w alone."""
    in_place, fresh = f"__i{name}__", f"__{name}__"

    def method(self: Any, other: Any) -> Any:
        how = in_place if self.ndim else fresh
        return getattr(np.ndarray, how)(self, other)

    return method


for _name in ("mean", "std", "var", "max", "min", "argmax", "argmin", "clip", "ravel", "squeeze",
              "swapaxes", "prod", "cumsum", "repeat", "sum"):  # fmt: skip
    setattr(Tracked, _name, _through(_name))
for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Tracked, f"__i{_name}__", _not_in_place(_name))
