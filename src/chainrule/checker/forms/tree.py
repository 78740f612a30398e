"""Numbers anywhere in a learner's structures: objects, dicts, lists, tuples, arrays, floats."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms import words
from chainrule.core.dense import Array

Path = tuple[Any, ...]  # keys, indices and attribute names from the root to a number
DEPTH, COUNT, BIG = 7, 4000, 200_000
_CLOSED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, str, bytes)


class Leaf(NamedTuple):
    path: Path
    value: Array

    @property
    def name(self) -> str:
        """The last name on the way: "W1" for params["W1"], "weights" for self.weights[0]."""
        return next((key for key in reversed(self.path) if isinstance(key, str)), "")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiu" and value.size <= BIG


def leaves(root: Any, depth: int = DEPTH) -> list[Leaf]:
    """All arrays, rectangles of floats and single floats below the root, in order of making."""
    found: list[Leaf] = []
    _gather(root, (), depth, found, set())
    return found


def _gather(value: Any, path: Path, depth: int, found: list[Leaf], seen: set[int]) -> None:
    if len(found) >= COUNT:
        return
    array = as_array(value, path)
    if array is not None:
        found.append(Leaf(path, array))
        return
    if depth == 0 or id(value) in seen:
        return
    seen.add(id(value))
    for key, part in parts(value):
        _gather(part, (*path, key), depth - 1, found, seen)


def as_array(value: Any, path: Path = ()) -> Array | None:
    """A copy as an array, where the value is one block of numbers."""
    if is_array(value):
        return np.array(value)
    if is_number(value):
        return np.array(value)
    if isinstance(value, list | tuple) and value and len(value) <= 1000:
        return _rectangle(value, path)
    return None


def _rectangle(value: Any, path: Path) -> Array | None:
    if all(is_number(v) for v in value):
        return np.array(value, dtype=float)
    name = next((key for key in reversed(path) if isinstance(key, str)), "")
    b = words.parameter_role(words.of_gradient(name) or name) == "b"
    many = b and (name.endswith("s") or _many(value))  # a list of biases, one a layer
    rows = all(isinstance(v, list) and v and all(is_number(n) for n in v) for v in value)
    if rows and not many and len({len(v) for v in value}) == 1:
        return np.array(value, dtype=float)
    return None


def _many(value: Any) -> bool:
    """More than a row or a column."""
    return len(value) > 1 and all(isinstance(v, list) and len(v) > 1 for v in value)


def parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """The parts of a container or object, with the keys that lead to them."""
    if isinstance(value, dict):
        yield from [(k, v) for k, v in value.items() if not str(k).startswith("__")]
    elif isinstance(value, list | tuple) or (
        isinstance(value, np.ndarray) and value.dtype == object and value.ndim == 1
    ):
        yield from enumerate(value)
    elif not isinstance(value, (*_CLOSED, np.ndarray)) and not callable_from_numpy(value):
        yield from vars(value).items() if hasattr(value, "__dict__") else ()
        for name in getattr(type(value), "__slots__", ()):
            if hasattr(value, name):
                yield name, getattr(value, name)


class Snapshot:
    """What containers and arrays below a root hold, to be put back in place.

    A deep copy would part what belongs together: a closure and the array it closes over.
    """

    def __init__(self, root: dict[str, Any]) -> None:
        self._kept: list[tuple[Any, Any]] = []
        self._seen: set[int] = set()
        self._keep(root, DEPTH)

    def _keep(self, value: Any, depth: int) -> None:
        if depth < 0 or id(value) in self._seen or len(self._seen) > 5 * COUNT:
            return
        self._seen.add(id(value))
        if isinstance(value, np.ndarray) and value.dtype != object:
            if value.size <= BIG and value.flags.writeable:
                self._kept.append((value, value.copy()))
            return
        if isinstance(value, dict | list):
            self._kept.append((value, value.copy()))
        elif hasattr(value, "__dict__") and not isinstance(value, _CLOSED):
            self._kept.append((value.__dict__, dict(value.__dict__)))
        for _, part in parts(value):
            self._keep(part, depth - 1)

    def restore(self) -> None:
        for value, kept in self._kept:
            if isinstance(value, np.ndarray):
                value[...] = kept
            elif isinstance(value, list):
                value[:] = kept
            else:
                value.clear()
                value.update(kept)


def callable_from_numpy(value: Any) -> bool:
    return type(value).__module__.split(".")[0] in ("numpy", "builtins", "random", "functools")


def get(root: Any, path: Path) -> Any:
    for key in path:
        root = root[key] if indexable(root) else getattr(root, key)
    return root


def indexable(value: Any) -> bool:
    return isinstance(value, dict | list | tuple | np.ndarray)


def put(root: Any, path: Path, value: Array) -> Any:
    """Set a block of numbers, in the kind it had; the root is returned (a new one for a tuple)."""
    if not path:
        return like(root, value)
    key, old = path[0], get(root, path[:1])
    new = put(old, path[1:], value)
    if new is old:
        return root
    if isinstance(root, tuple):
        kept = [*root[:key], new, *root[key + 1 :]]
        return type(root)(*kept) if hasattr(root, "_fields") else tuple(kept)
    if indexable(root):
        root[key] = new
    else:
        setattr(root, key, new)
    return root


def like(old: Any, value: Array) -> Any:
    """The value in the kind of the old: in place where the array allows, so aliases stay."""
    if isinstance(old, np.ndarray):
        if old.dtype.kind == "f" and old.flags.writeable and old.size == value.size:
            old[...] = value.reshape(old.shape)
            return old
        return np.array(value, dtype=float).reshape(old.shape)
    if isinstance(old, list | tuple):
        plain = value.tolist()
        if isinstance(old, tuple):
            return tuple(plain)
        old[:] = plain
        return old
    return type(old)(value) if isinstance(old, np.floating) else float(value)
