"""Arrays in files, as np.load(path, mmap_mode="r") gives them: rows are read when asked for.

Nothing is copied, so the files have to stay as they are while they are trained on. All else is as
it is for arrays in memory: the same parts, the same bits, the same fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data import arrays
from chainrule.data.columns import check_scales, moments
from chainrule.data.preparation import Preparation
from chainrule.data.splits import Chosen, chosen
from chainrule.data.store import AT_ONCE, FORGET, LARGE, forget, map_of

MOST_CLASSES = 2**16


@dataclass(frozen=True, eq=False)
class Mapped:
    """Some rows of x, y and weight; y as classes (n,) or numbers (n, outputs)."""

    x: Array  # (n of all, inputs), numbers of any kind
    y: Array  # as it lies in its file, or class numbers
    weight: Array | None
    classes: Array | None  # what y holds, sorted; None: its own numbers are meant
    preparation: Preparation
    reach: Array  # least and greatest answer, (2,) class numbers or (2, outputs)
    chosen: Chosen | None = None  # None: all rows
    dtype: str = "float64"  # of x
    _read: list[int] = field(default_factory=lambda: [0])  # bytes since the last `forget`

    @property
    def n(self) -> int:
        return len(self.x if self.chosen is None else self.chosen)

    def block(self, start: int, stop: int) -> tuple[Array, Array, Array | None]:
        return self.gather(slice(start, stop))

    def gather(self, rows: Array | slice) -> tuple[Array, Array, Array | None]:
        """Single rows of the part."""
        if self.chosen is not None:
            rows = self.chosen[rows]
        x, y, weight = (self._of(name, rows) for name in ("x", "y", "weight"))
        assert x is not None
        assert y is not None
        self._read[0] += x.nbytes + y.nbytes
        if self._read[0] > FORGET:
            self._read[0] = 0
            forget(self.x)
            forget(self.y)
        return x, y, weight

    def weighs(self) -> bool:
        """Whether any row counts."""
        return self.weight is None or any(block.any() for block in self.each("weight"))

    def extremes(self) -> Array:
        """Answers that stand for all: the least and the greatest."""
        return self.reach

    def as_dtype(self, dtype: str) -> Mapped:
        """The same with x in this dtype, if it has room for whatever the file may hold."""
        kind = self.x.dtype
        exact = kind.kind in "biu" and kind.itemsize <= 4  # in float64, which is the usual way
        fits = exact or (kind.kind == "f" and kind.itemsize <= np.dtype(dtype).itemsize)
        return replace(self, dtype=dtype) if fits and not self.preparation.is_fitted else self

    def only(self, rows: Array) -> Mapped | None:
        """Of the part's rows those that are True in rows (n,); None where none is."""
        if self.chosen is not None:
            whole = self.chosen.mask()
            whole[whole] = rows
            rows = whole
        return replace(self, chosen=None if rows.all() else Chosen(rows)) if rows.any() else None

    def each(self, name: str) -> Iterator[Array]:
        """All of "x", "y" or "weight", some rows at a time."""
        for rows in _some(self.n, self.x.shape[1]):
            made = self._of(name, rows if self.chosen is None else self.chosen[rows])
            if made is not None:
                yield made
        forget(getattr(self, name))

    def hash_into(self, hashed: Any) -> None:
        """As the same rows in memory: x, y and weight one after the other, as they are in them."""
        first = zip(("x", "y", "weight"), self.block(0, 1), strict=True)
        for name, row in first:
            if row is not None:
                hashed.update(f"{row.dtype} {(self.n, *row.shape[1:])}".encode())
                for block in self.each(name):
                    hashed.update(block.data)

    def _of(self, name: str, rows: Array | slice) -> Array | None:
        array = getattr(self, name)
        if array is None:
            return None
        found = array[rows] if isinstance(rows, slice) else array.take(rows, axis=0)
        if name == "weight":
            made = found.astype(np.float64, copy=False)
        elif name == "x":
            made = self.preparation.scaled(found) if self.preparation.is_fitted else found
            made = made.astype(self.dtype, copy=False)
        elif self.classes is not None:
            made = np.searchsorted(self.classes, found)
        else:
            made = found.astype(np.int64 if found.ndim == 1 else np.float64, copy=False)
        made = np.ascontiguousarray(made)
        made.setflags(write=False)
        return made


def is_for_maps(x: Any, y: Any, task: str | None) -> bool:
    """Whether x lies in a file and is large; small ones are read and held."""
    if not isinstance(x, np.ndarray) or x.ndim != 2 or x.dtype.kind not in "biuf" or not x.size:
        return False
    text = isinstance(y, np.ndarray) and y.dtype.kind == "U" and task == "numbers"
    return x.nbytes > LARGE and x.itemsize <= 8 and map_of(x) is not None and not text


def make(
    x: Array, y: Any, weight: Any, *, task: str | None, names: Sequence[str],
    classes: Sequence[Any], test_size: float, validation_size: float, standardise: bool, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """The parts by name, and the preparation."""
    x = _plain(x)
    for at, block in _blocks(x):
        arrays.finite("x", block, at)
    y, sorts, found, reach = _answers(y, task, len(x))
    weight = None if weight is None else _weights(weight, len(x))
    target = arrays.target_of(np.atleast_2d(reach).shape[1], found, tuple(classes))
    as_they_are = Preparation.fit(x[:1], target, names=names)
    whole = Mapped(x, y, weight, sorts, as_they_are, reach)
    rows = chosen(len(x), test_size=test_size, validation_size=validation_size, seed=seed)
    parts = {name: whole.only(mask) for name, mask in rows._asdict().items()}
    prepared = as_they_are
    if standardise and parts["train"]:
        prepared = _standardised(parts["train"], as_they_are)
        parts = {name: part and replace(part, preparation=prepared) for name, part in parts.items()}
    return {**parts, "preparation": prepared}


def files_of(**named: Any) -> dict[str, str] | None:
    """The paths of the .npy files that arrays are, whole; None where one is anything else."""
    held = {name: array for name, array in named.items() if array is not None}
    paths = {name: str(getattr(array, "filename", None) or "") for name, array in held.items()}
    if not all(Path(path).suffix == ".npy" for path in paths.values()):
        return None
    try:
        again = opened(paths)
    except UsageError:  # it was renamed or deleted since
        return None
    whole = all(_place(again[name]) == _place(array) for name, array in held.items())
    return {name: str(Path(path).resolve()) for name, path in paths.items()} if whole else None


def opened(paths: Mapping[str, str]) -> dict[str, Any]:
    """The inverse of `files_of`."""
    found = {}
    for name, path in paths.items():
        try:
            found[name] = np.load(path, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise UsageError(
                f"read {Path(path).name!r}", "an array as np.save writes it", str(error),
                "Put the file back as it was.",
            ) from error  # fmt: skip
    return found


def _place(array: Any) -> tuple[Any, ...]:
    return array.mode != "c", array.offset, array.shape, array.strides, array.dtype


def _standardised(train: Mapped, raw: Preparation) -> Preparation:
    names = [column.name for column in raw.columns]
    with np.errstate(over="ignore", invalid="ignore"):
        means, scales = moments(lambda: train.each("x"), len(names))
    check_scales(means, scales, names)
    columns = zip(raw.columns, means.tolist(), scales.tolist(), strict=True)
    return replace(raw, columns=tuple(replace(c, mean=m, scale=s) for c, m, s in columns))


def _answers(
    y: Any, task: str | None, rows: int
) -> tuple[Array, Array | None, tuple[Any, ...], Array]:
    """y; where its values stand for classes, these sorted; the classes; the least and greatest."""
    if not isinstance(y, np.ndarray) or map_of(y) is None or y.dtype.kind not in "biufU":
        made, found = arrays.answers(y, task, rows)
        if found:  # a byte a row will do for most
            made = made.astype(np.min_scalar_type(len(found) - 1))
        return made, None, found, _reach(made)
    y = _plain(y)
    arrays.check_answers(y, task, rows)
    if not arrays.is_for_classes(y, task, rows):
        for at, block in _blocks(y):
            arrays.finite("y", block, at)
        y = y.reshape(rows, -1)
        return y, None, (), _reach(y)
    y = y.reshape(-1) if y.size == rows else y
    arrays.check_one_column(y)
    values = y[:0]
    for at, block in _blocks(y):
        arrays.finite("y", block, at)
        values = np.union1d(values, block)
        if len(values) > MOST_CLASSES:
            raise UsageError(
                arrays.CALLED, f"at most {MOST_CLASSES:,} classes", "more of them in y",
                'Are they numbers? Say task="numbers".',
            )  # fmt: skip
    found = arrays.classes_in(values)
    plain = y.dtype.kind in "iu" and np.array_equal(values, np.arange(len(values)))
    return y, None if plain else values, found, np.array([0, len(found) - 1])


def _weights(value: Any, rows: int) -> Array:
    if not isinstance(value, np.ndarray) or map_of(value) is None or value.shape != (rows,):
        return arrays.weights(value, rows)
    greatest = [
        arrays.check_weights(arrays.numbers(arrays.CALLED, "numbers in weight", block), at)
        for at, block in _blocks(value)
    ]
    arrays.check_not_all_zero(max(greatest))
    return _plain(value)


def _reach(y: Array) -> Array:
    ends = [(block.min(axis=0), block.max(axis=0)) for _, block in _blocks(y)]
    return np.array([np.min([e[0] for e in ends], axis=0), np.max([e[1] for e in ends], axis=0)])


def _plain(array: Array) -> Array:
    """Without memmap's own ways, which cost at each look; it still keeps the file open."""
    return array.view(np.ndarray)


def _blocks(array: Array) -> Iterator[tuple[int, Array]]:
    for rows in _some(len(array), array.size // max(1, len(array))):
        yield rows.start, array[rows]
        forget(array)


def _some(n: int, columns: int) -> Iterator[slice]:
    at_once = max(1, AT_ONCE // max(1, columns))
    return (slice(start, min(start + at_once, n)) for start in range(0, n, at_once))
