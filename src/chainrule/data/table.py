"""A table of raw rows, as a file or a frame has them: numbers, and texts by their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.cells import Holes, all_dates, is_missing

MOST_TEXTS = 2**16  # different texts of a column that are kept apart,
MOST_LETTERS = 2**25  # and the letters of them all
OTHER = -1.0  # stands for every text that is not kept apart
NOT_FINITE = "Mend that cell, or leave it empty and choose what becomes of missing values."


class Levels(dict[str, float]):
    """The texts of a column as numbers 0, 1, ... in the order of their coming; missing is NaN,
    one too many to be kept apart OTHER."""

    def __init__(self, holes: Holes | None = None) -> None:
        """holes: texts that are missing values here, beside the usual ones."""
        super().__init__()
        self.holes = holes or Holes()
        self.texts: list[str] = []
        self.letters = 0
        self.full = False

    def __missing__(self, cell: str) -> float:
        text = cell.strip()
        if text != cell:
            return self[text]
        value = float(len(self.texts))
        if self.holes.takes(text) or is_missing(text):
            value = np.nan
        elif self.letters > MOST_LETTERS or len(self.texts) >= MOST_TEXTS:
            self.full = True
            return OTHER
        else:
            self.texts.append(text)
            self.letters += len(text)
        self[text] = value
        return value

    def codes(self, cells: Iterable[str], n: int) -> Array:
        return np.fromiter(map(self.__getitem__, cells), np.float64, n)


@dataclass(frozen=True)
class RawColumn:
    """What is known of a column without looking at its values."""

    name: str
    texts: tuple[str, ...] | None = None  # what 0, 1, ... stand for; None: they are numbers
    first_text: str = ""  # where a column that began with numbers holds one: 'n.a.' in row 7
    is_full: bool = False  # there are more texts than are kept apart
    is_truth: bool = False
    is_times: bool = False  # a frame says so itself

    @property
    def is_text(self) -> bool:
        return self.texts is not None

    @property
    def is_dates(self) -> bool:
        return self.is_times or (self.texts is not None and all_dates(self.texts))


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns and values (n, columns) float64, NaN where one is missing; numbers of other
    kinds where they lie in a file."""

    columns: tuple[RawColumn, ...]
    values: Array
    source: str = "columns"
    notes: tuple[str, ...] = field(default=())  # what was found out while reading
    has_names: bool = True
    comma: bool = False  # 3,14 is a number
    holes: Holes | None = None  # that were asked for, and are missing values by now

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def called(self) -> str:
        return f"table {self.source}"

    def place(self, name: str) -> int | None:
        names = self.names
        return names.index(name) if name in names else None


def from_columns(
    columns: Mapping[str, Any], *, source: str = "columns", texts: Iterable[str] = ()
) -> Table:
    """A table of columns by name; those named in `texts` are text whatever they hold."""
    as_text = set(texts)
    if not columns:
        raise UsageError(f"table {source}", "at least one column", "none", "Is it the right one?")
    made = [_column(str(name), values, str(name) in as_text) for name, values in columns.items()]
    lengths = {len(values) for _, values in made}
    if len(lengths) != 1 or len({raw.name for raw, _ in made}) < len(made):
        raise UsageError(
            f"table {source}", "columns of one length, each with a name of its own",
            f"lengths {sorted(lengths)}, names {[raw.name for raw, _ in made][:8]}",
            "Name or cut them.",
        )  # fmt: skip
    values = np.column_stack([values for _, values in made])
    values.setflags(write=False)
    return Table(tuple(raw for raw, _ in made), values, source)


def from_frame(frame: Any, *, source: str = "frame", texts: Iterable[str] = ()) -> Table:
    """A table of a frame of pandas, polars or pyarrow, or of a mapping from names to columns."""
    if isinstance(frame, Table):
        return frame
    if isinstance(frame, Mapping):
        return from_columns(frame, source=source, texts=texts)
    names = getattr(frame, "column_names", None) or getattr(frame, "columns", None)
    if names is None or callable(names) or not hasattr(frame, "__getitem__"):
        raise UsageError(
            f"table {source}", "a frame of pandas or polars, an Arrow table, or a dict of columns",
            type(frame).__name__, "Arrays? Take Data.from_arrays(x, y).",
        )  # fmt: skip
    names = list(names)
    if len(set(map(str, names))) < len(names):
        twice = next(str(n) for k, n in enumerate(names) if str(n) in map(str, names[:k]))
        raise UsageError(
            f"table {source}", "a name of its own for each column", f"{twice!r} twice",
            "Rename one of them.",
        )  # fmt: skip
    return from_columns({str(n): frame[n] for n in names}, source=source, texts=texts)


def is_frame(value: Any) -> bool:
    """Whether `from_frame` takes it: something with columns by name."""
    if isinstance(value, Table | Mapping):
        return True
    return any(hasattr(value, known) for known in ("columns", "column_names"))


def _column(name: str, values: Any, as_text: bool) -> tuple[RawColumn, Array]:
    array = np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
    if array.ndim != 1:
        raise UsageError(
            f"column {name!r}", "one value a row", f"shape {array.shape}", "Split it into columns."
        )
    if array.dtype.kind in "biuf" and not as_text:
        return RawColumn(name, is_truth=array.dtype.kind == "b"), array.astype(np.float64)
    if array.dtype.kind in "mM":
        return _dates(name, ["" if text == "NaT" else text for text in _written(array)])
    return _of_objects(name, array.tolist(), as_text)


def _written(times: Array) -> list[str]:
    """2024-01-31, and no more digits of a clock than one of them has."""
    if times.dtype.kind == "m":
        return [str(each) for each in times]
    known = times[~np.isnat(times)]
    for unit in ("D", "m", "s", "ms", "us"):
        coarse = known.astype(f"M8[{unit}]")
        if (coarse == known).all():
            times = times.astype(coarse.dtype)
            break
    return list(map(str, np.datetime_as_string(times)))


def _dates(name: str, cells: Sequence[str]) -> tuple[RawColumn, Array]:
    """Times have no say in a prediction, but a person wants to see them."""
    levels = Levels()
    codes = levels.codes(cells, len(cells))
    return RawColumn(name, tuple(levels.texts), is_full=levels.full, is_times=True), codes


def _of_objects(name: str, cells: Sequence[Any], as_text: bool) -> tuple[RawColumn, Array]:
    """Python's objects: all numbers, or made texts of."""
    if all(_is_nothing(cell) or isinstance(cell, date | time) for cell in cells) and any(
        isinstance(cell, date | time) for cell in cells
    ):
        return _dates(name, ["" if _is_nothing(cell) else str(cell) for cell in cells])
    if not as_text and all(
        _is_nothing(cell) or isinstance(cell, bool | int | float | Decimal) for cell in cells
    ):
        truth = {type(cell) for cell in cells if not _is_nothing(cell)} == {bool}
        made = [np.nan if _is_nothing(cell) else float(cell) for cell in cells]
        return RawColumn(name, is_truth=truth), np.array(made, dtype=np.float64)
    levels = Levels()
    codes = levels.codes(("" if _is_nothing(c) else _as_text(c) for c in cells), len(cells))
    return RawColumn(name, tuple(levels.texts), is_full=levels.full), codes


def _is_nothing(cell: Any) -> bool:
    return cell is None or cell != cell or type(cell).__name__ in ("NAType", "NaTType")


def _as_text(cell: Any) -> str:
    """Numbers as a file writes them: 3.0 is 3."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
