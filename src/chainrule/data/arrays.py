"""Arrays of one's own: what they may hold, and whatever is wrong with them, said with its place."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.columns import Target

CALLED = "Data.from_arrays"
NO_NUMBERS = "cmMV"  # complex numbers, times and records, by NumPy's letters


def numbers(called: str, needs: str, value: Any) -> Array:
    """A copy, float64."""
    made = _array(called, needs, value)
    if made.dtype.kind in NO_NUMBERS:
        raise UsageError(called, needs, f"an array of {made.dtype.name}", "Make numbers of them.")
    try:
        return made.astype(np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(called, needs, str(error), "Make numbers of them.") from error


def table(value: Any) -> Array:
    """x (n, inputs) of finite numbers, at least one."""
    x = numbers(CALLED, "numbers in x", value)
    if x.ndim != 2 or x.size == 0:
        raise UsageError(
            CALLED, "x (n, inputs), at least one row and one column", f"x of shape {x.shape}",
            "One sample a row; a single column? Pass x[:, None].",
        )  # fmt: skip
    finite("x", x)
    return x


def answers(value: Any, task: str | None, rows: int) -> tuple[Array, tuple[Any, ...]]:
    """Class numbers (n,) and the classes in order; or numbers (n, outputs) and no classes."""
    y = _array(CALLED, "y with rows of the same length", value)
    check_answers(y, task, rows)
    y = _of_one_kind(y)
    if is_for_classes(y, task, rows):
        return _classes(y.reshape(-1) if y.size == rows else y)
    made = numbers(CALLED, "numbers in y", y) if y.dtype.kind != "U" else _numbers_of_text(y)
    finite("y", made)
    return made.reshape(rows, -1), ()


def check_answers(y: Array, task: str | None, rows: int) -> None:
    if y.ndim not in (1, 2) or len(y) != rows or y.size == 0:
        raise UsageError(
            CALLED, "y (n,) or (n, outputs), a row for each of x",
            f"x of shape ({rows}, ...) and y of shape {y.shape}", "One row a sample.",
        )  # fmt: skip
    if task not in (None, "classes", "numbers"):
        raise UsageError(CALLED, 'task "classes" or "numbers"', repr(task), "Leave it out.")


def is_for_classes(y: Array, task: str | None, rows: int) -> bool:
    """As is said, or else if they are one column of whole numbers or text."""
    return task == "classes" or (task is None and y.size == rows and y.dtype.kind in "biuU")


def weights(value: Any, rows: int) -> Array:
    """weight (n,): how many rows each row counts for."""
    weight = numbers(CALLED, "numbers in weight", value)
    if weight.shape != (rows,):
        raise UsageError(
            CALLED, f"weight of shape ({rows},)", f"shape {weight.shape}", "One for each row."
        )
    check_not_all_zero(check_weights(weight))
    return weight


def check_weights(weight: Array, at: int = 0) -> float:
    """The greatest weight of rows at, at + 1, ..., which may all be 0 but not less."""
    finite("weight", weight, at)
    if weight.min() < 0:
        row = int(weight.argmin())
        raise UsageError(
            CALLED, "weights from 0 up", f"{weight[row]} in row {at + row}", "0 leaves a row out."
        )
    return float(weight.max())


def check_not_all_zero(greatest: float) -> None:
    if not greatest:
        raise UsageError(CALLED, "weights that are not all 0", "0 in every row", "Leave them out.")


def finite(name: str, array: Array, at: int = 0) -> None:
    """The first NaN or infinity is named by its place. at: the number of the first row."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        place = np.argwhere(~np.isfinite(array))[0].tolist()
        value = array[tuple(place)]
        place[0] += at
        where = ", ".join(f"{what} {k}" for what, k in zip(("row", "column"), place, strict=False))
        raise UsageError(
            CALLED, f"finite numbers in {name}", f"{value} in {where}",
            f"Drop such rows or fill them in; {name}[~np.isfinite({name})] = 0 is the crudest way.",
        )  # fmt: skip


def _array(called: str, needs: str, value: Any) -> Array:
    try:
        return np.array(value)
    except (ValueError, TypeError) as error:
        raise UsageError(
            called, needs, f"rows that are not of the same length ({error})", "One row a sample."
        ) from error


def _of_one_kind(y: Array) -> Array:
    """Objects, as a column of a table may hold them: all text, all truth values or all numbers."""
    if y.dtype.kind in "biufU":
        return y
    found = [v.item() if isinstance(v, np.generic) else v for v in y.reshape(-1).tolist()]
    if y.dtype.kind == "O":
        kinds = {type(value) for value in found}
        y = np.array(found).reshape(y.shape) if kinds <= {int, float} or len(kinds) == 1 else y
    if y.dtype.kind in "biufU":
        return y
    known = (str, bool, int, float)
    odd = next(
        (k for k, v in enumerate(found) if type(v) not in known or type(v) is not type(found[0])), 0
    )
    raise UsageError(
        CALLED, "y of one kind: text, truth values or numbers",
        f"{found[odd]!r} in row {odd // (y.size // len(y))} ({y.dtype.name})",
        "Make text of it (y.astype(str)) or numbers (y.astype(float)).",
    )  # fmt: skip


def _classes(y: Array) -> tuple[Array, tuple[Any, ...]]:
    check_one_column(y)
    finite("y", y)
    values, index = np.unique(y, return_inverse=True)
    return index.reshape(-1).astype(np.int64), classes_in(values)


def check_one_column(y: Array) -> None:
    if y.ndim != 1:
        raise UsageError(
            CALLED, "one column of classes", f"y of shape {y.shape}",
            'One-hot? Pass y.argmax(axis=1). Several numbers? Say task="numbers".',
        )  # fmt: skip


def classes_in(values: Array) -> tuple[Any, ...]:
    """The classes, of the different values of y, sorted."""
    if len(values) < 2:
        raise UsageError(
            CALLED, "at least two classes", f"{values.tolist()[0]!r} in every row",
            'Is it the right column? Numbers? Say task="numbers".',
        )  # fmt: skip
    return tuple(values.tolist())


def target_of(columns: int, found: tuple[Any, ...], named: tuple[Any, ...]) -> Target:
    """What the answers mean: classes, as they are or as they are named; or columns of numbers."""
    if not found:
        return Target("numbers", tuple(f"y{k + 1}" for k in range(columns)))
    if named and len(named) != len(found):
        raise UsageError(
            CALLED, f"classes: a name for each of the {len(found)} classes in y",
            f"{len(named)} names", f"In y there are {', '.join(map(repr, found[:8]))}.",
        )  # fmt: skip
    return Target("classes", (), named or found)


def _numbers_of_text(y: Array) -> Array:
    try:
        return y.astype(np.float64)
    except ValueError as error:
        raise UsageError(CALLED, "numbers in y", str(error), 'Say task="classes".') from error
