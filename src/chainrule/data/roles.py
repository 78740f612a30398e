"""Which column of a table is what: target, input, or left out; and the task."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.core.checks import one_of
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.columns import CONSTANT, Column, Target
from chainrule.data.scan import Scan
from chainrule.data.store import blocks
from chainrule.data.store import column as values_of
from chainrule.data.table import Table

CLASSES = 20  # different whole numbers of a target that are still classes
CATEGORIES = 100  # of a column of texts; rarer ones are none of them
FEW = 20  # rows, or texts, from which on a column may be taken for an id
NAMED_TARGET = ("target", "class", "label", "y")
PARTS = ("train", "validation", "test")
ID = re.compile(
    r"(?:.*[ _.-])?(?:id|uid|uuid|guid|index|idx|row|rownames|unnamed.*)|.*[a-z]I[dD]", re.I
)
Names = str | int | Sequence[str | int] | None


@dataclass(frozen=True)
class Roles:
    targets: tuple[int, ...]  # places in the table
    part: int | None  # of the column that says which part a row belongs to
    inputs: tuple[int, ...]  # all others


def assign(table: Table, target: Names) -> Roles:
    """The targets that are asked for: by name, by number from 1 (−1 is the last); or found."""
    part = table.place("part")
    if part is not None and not set(table.columns[part].texts or ("?",)) <= set(PARTS):
        part = None
    if target is None or target == ():
        places = [_found(table, part)]
    else:
        asked = [target] if isinstance(target, str | int) else list(target)
        places = list(dict.fromkeys(_place(table, each) for each in asked))
    part = None if part in places else part
    inputs = tuple(k for k in range(len(table.columns)) if k not in (*places, part))
    if not inputs:
        raise UsageError(
            table.called, "a column beside the target to predict it from",
            f"{len(table.columns)} in all: {table.columns[0].name!r}",
            "Are the cells separated by commas, semicolons or tabs?",
        )  # fmt: skip
    return Roles(tuple(places), part, inputs)


def _found(table: Table, part: int | None) -> int:
    """A column called target, class, label or y; else the last one."""
    for name in NAMED_TARGET:
        places = [k for k, c in enumerate(table.columns) if c.name.casefold() == name]
        if len(places) == 1:
            return places[0]
    return max(k for k in range(len(table.columns)) if k != part)


def _place(table: Table, asked: str | int) -> int:
    name = str(asked)
    place = table.place(name)
    if place is not None:
        return place
    k, names = len(table.columns), table.names
    try:
        number = int(name)
    except ValueError:
        number = 0
    if 1 <= number <= k or -k <= number <= -1:
        return number - 1 if number > 0 else k + number
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    guess = f"Did you mean {near[0]!r}? " if near else ""
    raise UsageError(
        f"target {name!r}", "the name of a column, or its number from 1",
        f"columns {', '.join(map(repr, names[:12]))}{', ...' * (k > 12)}",
        f"{guess}The target is what is to be predicted.",
    )  # fmt: skip


# --------------------------------------------------------------------------------------- targets


def target_of(table: Table, scan: Scan, places: Sequence[int], task: str | None) -> Target:
    """Text, or at most 20 different whole numbers, each twice on average: classes. Else numbers."""
    names = tuple(table.columns[k].name for k in places)
    if task is not None:
        one_of("train", "--task", task, ("classes", "numbers"))
    texts = [k for k in places if table.columns[k].is_text]
    if len(places) > 1 or task == "numbers":
        if texts or task == "classes":
            raise UsageError(
                f"target {', '.join(names)}",
                "numbers, for there are several" if len(places) > 1 else "numbers",
                f"text in {table.columns[texts[0]].name!r}" if texts else "--task classes",
                "One column of classes at a time; for numbers mend the cells that are none, or "
                "name them with --holes (holes= in Python).",
            )  # fmt: skip
        return Target("numbers", names)
    classes = _classes(table, scan, places[0], told=task == "classes")
    return Target("classes", names, classes) if classes else Target("numbers", names)


def _classes(table: Table, scan: Scan, k: int, *, told: bool) -> tuple[Any, ...]:
    column = table.columns[k]
    if column.is_text:
        if column.is_full or column.is_dates:
            more = f"more than {len(column.texts or ()):,} different texts"
            raise UsageError(
                f"target {column.name!r}", "classes or numbers",
                "dates" if column.is_dates else more,
                "Choose another column: --target.",
            )  # fmt: skip
        _check_texts(table, k)
        return _two(table, k, tuple(sorted(column.texts or ())))
    if not told and not scan.whole[k]:
        return ()
    found = np.empty(0)
    for block in blocks(table.values):
        values = block[:, k]
        found = np.union1d(found, values[np.isfinite(values)])
        if not told and len(found) > CLASSES:
            return ()
    few = len(found) <= CLASSES and 2 * len(found) <= table.n
    if not told and not few:
        return ()
    if len(found) > 10_000:
        raise UsageError(
            f"target {column.name!r}", "at most 10,000 classes", f"{len(found)} different numbers",
            "--task numbers predicts numbers.",
        )  # fmt: skip
    whole = bool(scan.whole[k])
    kind: Any = bool if column.is_truth else int if whole else float
    return _two(table, k, tuple(map(kind, found.tolist())))


def _check_texts(table: Table, k: int) -> None:
    """A text for nearly every row names no classes; mostly it is a number that was not read."""
    column, texts = table.columns[k], table.columns[k].texts or ()
    if is_unlike_classes(len(texts), table.n):
        raise UsageError(
            f"target {column.name!r}", "classes that are found in several rows, or numbers",
            f"{len(texts):,} different texts in {table.n:,} rows, as {texts[0][:40]!r}",
            "Numbers? Write 1234.5: without a unit, and without marks between thousands; name "
            "texts that stand for missing ones with --holes. Or choose another column: --target.",
        )  # fmt: skip


def _two(table: Table, k: int, classes: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(classes) < 2:
        got = f"{classes[0]!r} in every row" if classes else "no value at all"
        raise UsageError(
            f"target {table.columns[k].name!r}", "at least two classes", got,
            "Is it the right column? --target NAME chooses another.",
        )  # fmt: skip
    return classes


def labels(table: Table, k: int, classes: Sequence[Any]) -> Array:
    """From a target's values to class numbers: a lookup for texts, the sorted values of numbers."""
    texts = table.columns[k].texts
    if texts is None:
        return np.array(classes, dtype=np.float64)
    place = {name: number for number, name in enumerate(classes)}
    return np.array([place[name] for name in texts], dtype=np.int64)


# ---------------------------------------------------------------------------------------- inputs


def kinds(table: Table, scan: Scan, roles: Roles) -> tuple[Column, ...]:
    """A column for each input: number or category, not yet fitted, or left out with its reason."""
    found = [_column(table, scan, k) for k in roles.inputs]
    if all(column.kind == "left out" for column in found):  # better an odd column than none
        found = [
            Column(c.name) if scan.missing[k] < table.n and not table.columns[k].is_text else c
            for k, c in zip(roles.inputs, found, strict=True)
        ]
    if all(column.kind == "left out" for column in found):
        raise UsageError(
            table.called, "a column of numbers or of categories",
            "; ".join(f"{c.name}: {c.why}" for c in found[:4]), "Is it the right table?",
        )  # fmt: skip
    return tuple(found)


def _column(table: Table, scan: Scan, k: int) -> Column:
    raw = table.columns[k]
    why = _reason(table, scan, k)
    if why:
        return Column(raw.name, "left out", why=why)
    if not raw.is_text:
        return Column(raw.name, why=CONSTANT if scan.least[k] == scan.most[k] else "")
    return Column(raw.name, "category", categories=raw.texts or (), why=raw.first_text)


def _reason(table: Table, scan: Scan, k: int) -> str:
    """Why a column is left out, or ""."""
    raw = table.columns[k]
    if scan.missing[k] == table.n:
        return "empty"
    if not raw.is_text:
        return _id(table, scan, k)
    texts = raw.texts or ()
    some = f"; it has text: {raw.first_text}" if raw.first_text else ""
    if raw.is_dates:
        return "dates"
    if raw.is_full:
        return f"more than {len(texts):,} different texts{some}"
    if len(texts) == 1:
        return f"{texts[0][:40]!r} in every row"
    if is_unlike_classes(len(texts), table.n):
        return f"{len(texts):,} different texts in {table.n:,} rows{some}"
    return ""


def is_unlike_classes(texts: int, rows: int) -> bool:
    """Whether so many different texts are more like names than like kinds."""
    return texts > FEW and 2 * texts > rows


def _id(table: Table, scan: Scan, k: int) -> str:
    if table.n < FEW or not scan.whole[k] or scan.missing[k] or table.columns[k].is_truth:
        return ""
    if scan.counts[k]:
        return "it counts the rows"
    if ID.fullmatch(table.columns[k].name):
        values = values_of(table.values, k)
        if len(np.unique(values)) == len(values):
            return "an id: another number in every row"
    return ""
