"""From a table to data in parts: what is what, which rows, and what is fitted on the training."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from chainrule.core import random
from chainrule.core.checks import one_of, plural
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data import roles
from chainrule.data.columns import (
    SCALES,
    Column,
    Target,
    check_scales,
    ends,
    means_and_deviations,
    moments,
)
from chainrule.data.encoder import Encoder
from chainrule.data.holes import with_holes
from chainrule.data.in_memory import InMemory
from chainrule.data.odd import Odd, naming_odd, odd_columns
from chainrule.data.preparation import MISSING, Preparation
from chainrule.data.roles import Names, Roles
from chainrule.data.scan import Scan, check_finite, scan
from chainrule.data.splits import Chosen, Rows, chosen, split
from chainrule.data.store import AT_ONCE, as_float64, blocks, column
from chainrule.data.streamed import Answers, Streamed
from chainrule.data.table import Table
from chainrule.engine.protocol import Arrays

HELD = 2**28  # bytes of prepared rows that are held in memory
SMALL = 20  # rows; of fewer, none are kept for the test
JUDGED = 2000  # rows; of fewer, none are kept for the validation: they teach more than they judge
SHARE = 0.2  # of the rows, where it is not said


class Made(NamedTuple):
    """What `Data` is made of."""

    parts: dict[str, Arrays | None]
    preparation: Preparation
    notes: tuple[str, ...]
    odd: tuple[Odd, ...]  # columns that are told of in the notes


class Parts(NamedTuple):
    """Row numbers of each part; or, of very many rows, a bit for each."""

    train: Array | Chosen
    validation: Array | Chosen
    test: Array | Chosen


def make(
    table: Table, *, target: Names, task: str | None, missing: str,
    test_size: float | None, validation_size: float | None, seed: int, scale: str,
    scale_target: bool, holes: tuple[str, ...] = (),
) -> Made:  # fmt: skip
    one_of("train", "--missing", missing, MISSING)
    one_of("train", "--scale", scale, SCALES)
    table = with_holes(table, holes)
    found, who = scan(table), roles.assign(table, target)
    check_finite(table, found, [*who.targets, *who.inputs])
    with naming_odd(table, who.targets):
        meaning = roles.target_of(table, found, who.targets, task)
    with naming_odd(table, who.inputs):
        columns = roles.kinds(table, found, who)
    kept, notes = _rows_kept(table, found, who, columns, missing)
    rows, said = _parts(table, who, kept, test_size, validation_size, seed)
    pairs = list(zip(columns, who.inputs, strict=True))
    columns = _fitted(table, pairs, rows.train)
    if scale != "standard":
        columns = _rescaled(table, list(zip(columns, who.inputs, strict=True)), rows.train, scale)
    if scale_target:
        meaning = _scaled(table, meaning, who, rows.train)
    prepared = Preparation(columns, meaning, missing, holes)
    places = [k for c, k in zip(columns, who.inputs, strict=True) if c.kind != "left out"]
    encoder = Encoder(prepared.used, places, missing, table)
    labels = roles.labels(table, who.targets[0], meaning.classes) if meaning.classes else None
    answers = Answers(meaning, who.targets, labels)
    parts = {
        name: _part(table, part, encoder, answers) if len(part) else None
        for name, part in rows._asdict().items()
    }
    odd = odd_columns(table)
    told = (*table.notes, *(each.note for each in odd), *_unmet(table), *said, *notes)
    return Made(parts, prepared, told, odd)


def _unmet(table: Table) -> tuple[str, ...]:
    """A hole that is none: misspelt, it may be."""
    unmet = ", ".join(map(repr, table.holes.unmet)) if table.holes else ""
    return (f"to be taken as missing, but in no cell: {unmet}",) if unmet else ()


def _part(table: Table, rows: Array | Chosen, encoder: Encoder, answers: Answers) -> Arrays:
    if isinstance(rows, np.ndarray) and table.n < 2**31:
        rows = rows.astype(np.int32)  # half the memory, for there may be many
    part = Streamed(table.values, rows, encoder, answers)
    if 8 * table.n * encoder.width > HELD:
        return part
    x, y, _ = part.block(0, part.n)
    return InMemory(x, y)


# ------------------------------------------------------------------------------------------ rows


def _rows_kept(
    table: Table, found: Scan, who: Roles, columns: tuple[Column, ...], missing: str
) -> tuple[Array | None, tuple[str, ...]]:
    """The rows to use, None for all; a missing target is never made up."""
    used = [k for c, k in zip(columns, who.inputs, strict=True) if c.kind != "left out"]
    holes = [k for k in (*who.targets, *used) if found.missing[k]]
    if holes and missing == "error":
        raise _missing(table, found, holes)
    needed = list(who.targets) if missing == "mean" else [*who.targets, *used]
    needed = [k for k in needed if found.missing[k]]
    if not needed:
        return None, ()
    keep = np.concatenate([~np.isnan(b[:, needed]).any(axis=1) for b in blocks(table.values)])
    kept = np.flatnonzero(keep)
    if not len(kept):
        raise UsageError(
            table.called, "at least one row without a missing value", "none",
            "--missing mean fills them in.",
        )  # fmt: skip
    what = "target" if missing == "mean" else "value"
    return kept, (f"{table.n - len(kept):,} of {table.n:,} rows left out: a missing {what}",)


def _missing(table: Table, found: Scan, holes: list[int]) -> UsageError:
    first = min(holes, key=lambda k: found.first_missing[k])
    total = int(found.missing[holes].sum())
    names = ", ".join(f"{table.columns[k].name} ({found.missing[k]})" for k in holes[:5])
    more = ", ..." if len(holes) > 5 else ""
    return UsageError(
        table.called, "a value in every row of every column that is used",
        f"{total} missing: {names}{more}; the first in row {found.first_missing[first] + 1}",
        "Choose: --missing drop leaves such rows out, --missing mean takes the mean of the "
        "training rows (missing= in Python).",
    )  # fmt: skip


def _parts(
    table: Table, who: Roles, kept: Array | None,
    test_size: float | None, validation_size: float | None, seed: int,
) -> tuple[Parts, tuple[str, ...]]:  # fmt: skip
    """As the column "part" says, or else cut at random."""
    n = table.n if kept is None else len(kept)
    share = _validation(n, validation_size)
    if kept is None and who.part is None and n > random.WHOLE:
        test = SHARE if test_size is None else test_size
        masks = chosen(n, test_size=test, validation_size=share, seed=seed)
        return Parts(*map(Chosen, masks)), ()
    kept = np.arange(n) if kept is None else kept
    if who.part is not None:
        said = 'the column "part" says which part a row belongs to'
        return Parts(*_named_parts(table, who.part, kept, share, seed)), (said,)
    small = len(kept) < SMALL
    test = (0 if small else SHARE) if test_size is None else test_size
    rows = split(len(kept), test_size=test, validation_size=share, seed=seed)
    notes = (f"fewer than {SMALL} rows: all are for training",) if small and not test else ()
    return Parts(*(kept[part] for part in rows)), notes


def _named_parts(table: Table, place: int, kept: Array, share: float, seed: int) -> Rows:
    codes, texts = column(table.values, place)[kept], table.columns[place].texts or ()
    named = {name: kept[codes == k] for k, name in enumerate(texts)}
    train, validation, test = (named.get(name, kept[:0]) for name in roles.PARTS)
    lost = int(np.isnan(codes).sum())
    if not len(train) or lost:
        raise UsageError(
            table.called, 'a part for every row, and rows whose part is "train"',
            f"{len(train)} of these, and {plural(lost, 'row')} without a part",
            "Rename the column, or fill it in.",
        )  # fmt: skip
    if not len(validation) and share:
        cut = split(len(train), test_size=0, validation_size=share, seed=seed)
        train, validation = train[cut.train], train[cut.validation]
    return Rows(train, validation, test)


def _validation(rows: int, asked: float | None) -> float:
    return (SHARE if rows >= JUDGED else 0) if asked is None else asked


# ---------------------------------------------------------------------------------------- fitting


def _fitted(
    table: Table, pairs: list[tuple[Column, int]], train: Array | Chosen
) -> tuple[Column, ...]:
    """Means, scales and categories as the training part has them, nothing else."""
    numbers = [k for c, k in pairs if c.kind == "number"]
    names = [c.name for c, _ in pairs if c.kind == "number"]
    means, scales = _moments(table.values, train, numbers, names)
    place = {k: (m, s) for k, m, s in zip(numbers, means.tolist(), scales.tolist(), strict=True)}
    counted = _counted(table, [k for c, k in pairs if c.kind == "category"], train)
    made = []
    for each, k in pairs:
        if each.kind == "number":
            each = replace(each, mean=place[k][0], scale=place[k][1])
        elif each.kind == "category":
            each = _categories(each, table.columns[k].texts or (), counted[k])
        made.append(each)
    return tuple(made)


def _rescaled(
    table: Table, pairs: list[tuple[Column, int]], train: Array | Chosen, scale: str
) -> tuple[Column, ...]:
    """ "min-max": from 0, the least of the training part, to 1; "none": numbers as they are.

    A missing number is still the mean; what never changes is 0 in any case.
    """
    varied = [(c, k) for c, k in pairs if c.kind == "number" and not c.is_constant]
    shifts, units = np.zeros(len(varied)), np.ones(len(varied))
    if scale == "min-max" and varied:
        places = [k for _, k in varied]
        read = (block[:, places] for block in blocks(table.values, train))
        least, most = ends(read, len(places))
        with np.errstate(over="ignore", invalid="ignore"):
            spread = most - least
        check_scales(spread, spread, [c.name for c, _ in varied])
        shifts, units = least, np.where(spread > 0, spread, 1.0)
    made = {
        k: replace(c, mean=shift, scale=unit, fill=c.mean)
        for (c, k), shift, unit in zip(varied, shifts.tolist(), units.tolist(), strict=True)
    }
    return tuple(made.get(k, c) for c, k in pairs)


def _moments(
    values: Array, rows: Array | Chosen, places: list[int], names: list[str]
) -> tuple[Array, Array]:
    """Means and deviations of those columns over those rows; missing values have no say."""
    if not places:
        return np.empty(0), np.empty(0)
    if len(rows) * len(values[0]) <= AT_ONCE:
        x = as_float64(values[rows[:]][:, places])
        if not np.isnan(x).any():
            return means_and_deviations(x, names)
    with np.errstate(over="ignore", invalid="ignore"):
        means, scales = moments(
            lambda: (block[:, places] for block in blocks(values, rows)), len(places)
        )
    check_scales(means, scales, names)
    return means, scales


def _counted(table: Table, places: list[int], rows: Array | Chosen) -> dict[int, Array]:
    """How often the training part has each text of each of these columns."""
    counts = {k: np.zeros(len(table.columns[k].texts or ()), np.int64) for k in places}
    for block in blocks(table.values, rows) if places else ():
        for k, count in counts.items():
            codes = block[:, k]
            count += np.bincount(codes[~np.isnan(codes)].astype(np.intp), minlength=len(count))
    return counts


def _categories(each: Column, texts: tuple[str, ...], count: Array) -> Column:
    """The most frequent texts of the training part, in the order of the alphabet."""
    there = [k for k in np.argsort(-count, kind="stable") if count[k]]
    chosen = tuple(sorted(texts[k] for k in there[: roles.CATEGORIES]))
    if len(chosen) < 2:
        return Column(each.name, "left out", why="one text, or none, in the training part")
    rare = len(there) - len(chosen)
    why = f"the {rare:,} rarest of its texts are none of the categories" if rare else each.why
    return replace(each, categories=chosen, why=why)


def _scaled(table: Table, target: Target, who: Roles, train: Array | Chosen) -> Target:
    """Numbers are learnt in units of their deviation over the training part."""
    if target.task == "classes":
        return target
    means, scales = _moments(table.values, train, list(who.targets), list(target.names))
    return replace(target, means=tuple(means.tolist()), scales=tuple(scales.tolist()))
