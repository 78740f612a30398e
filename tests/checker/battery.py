"""The programs that the checker is measured on, and what is wanted of each.

singles   every row that some form can show x 16 settings x 3 layouts, generated
pairs     two mistakes in one program, generated
teaching  programs rebuilt from public teaching material, wrong and right ones
strangers programs by three hands that did not write the search, wrong and right ones
wrong     programs of one mistake or several, written by hand
right     right programs in many styles and conventions: by hand and generated
hostile   programs that do harm
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from chainrule.checker.api import check
from chainrule.checker.mistakes import table
from chainrule.checker.verdict import Verdict
from chainrule.core.errors import UsageError
from tests.checker import generator
from tests.checker.generator.plan import LAYOUTS, SETTINGS

HERE = Path(__file__).resolve().parent
BATTERIES = ("singles", "pairs", "teaching", "strangers", "wrong", "right", "hostile")
PAIRS, GENERATED_RIGHT = 500, 250
SANDBOXED = 20  # one generated program in so many goes through the sandbox
ACQUITTED = ("right", "different")


class Item(NamedTuple):
    """A program, and what is wanted: lists of ids that will do; none: not to be accused."""

    battery: str
    group: str  # singles: the row; by hand: "right", "shown" or "never" (no form can show it)
    name: str
    source: str  # the program itself, or its file under programs/
    wanted: tuple[tuple[int, ...], ...]
    sandboxed: bool


class Outcome(NamedTuple):
    """What became of it."""

    status: str
    ids: tuple[int, ...]
    seconds: float
    said: str = ""


def items(battery: str, seed: int) -> list[Item]:
    made = {
        "singles": _singles, "pairs": _pairs, "right": _right, "hostile": _hostile,
    }  # fmt: skip
    if battery in made:
        return list(made[battery](seed))
    return list(_by_hand(battery))


def left_out() -> tuple[list[int], list[int]]:
    """Rows that no form can show, and rows that no program can be generated for."""
    forms = [id for id, row in table().items() if not row.forms]
    return forms, [id for id in table() if id not in generator.rows() and id not in forms]


def _singles(seed: int) -> Iterator[Item]:
    never, _ = left_out()
    for row in [row for row in generator.rows() if row not in never]:
        for n, (setting, layout) in enumerate((s, l) for s in SETTINGS for l in LAYOUTS):
            source = generator.programs_with(row, setting, layout)
            if source is None or _is_silent(row, setting, layout, source):
                continue
            name = f"{row:02d}, {setting}, {layout}"
            yield Item("singles", str(row), name, source, ((row,),), (n + row) % SANDBOXED == 0)


def _is_silent(row: int, setting: generator.Setting, layout: str, source: str) -> bool:
    return any(
        source == generator.programs_with(row, setting, layout, variant)
        for silent, variant in generator.silent if silent == row
    )  # fmt: skip


def _pairs(seed: int) -> Iterator[Item]:
    never, _ = left_out()
    for n, pair in enumerate(generator.pairs(seed, PAIRS)):
        if pair.ids & set(never):
            continue
        ids = tuple(sorted(pair.ids))
        name = f"{n}: {ids[0]} + {ids[1]}, {pair.setting}, {pair.layout}"
        yield Item("pairs", "pairs", name, pair.source, (ids, ids[::-1]), n % SANDBOXED == 0)


def _by_hand(folder: str) -> Iterator[Item]:
    labels = json.loads((HERE / "programs" / folder / "labels.json").read_text("utf-8"))
    for name, label in labels.items():
        orders = [label["ids"], *label.get("also_accept", [])] if label["ids"] else []
        group = "right" if not orders else "shown" if _can_be_shown(orders) else "never"
        wanted = tuple(tuple(order) for order in orders)
        yield Item(folder, group, f"{folder}/{name}", f"{folder}/{name}", wanted, True)


def _can_be_shown(orders: list[list[int]]) -> bool:
    """Some form can show the mistake that is to be named first."""
    return any(table()[order[0]].forms for order in orders)


def counts(item: Item) -> bool:
    """Programs that teach count whatever their mistake is, others if some form can show it."""
    return item.battery == "teaching" or item.group != "never"


def _right(seed: int) -> Iterator[Item]:
    yield from _by_hand("right")
    for n, (source, words) in enumerate(generator.right_programs(seed, GENERATED_RIGHT)):
        yield Item(
            "right", "generated", f"{n}: {words}", source, (), n % SANDBOXED == 0
        )  # fmt: skip


def _hostile(seed: int) -> Iterator[Item]:
    from tests.checker.hostile.programs import PROGRAMS

    for name in sorted(PROGRAMS):
        yield Item("hostile", "hostile", name, name, (), True)


# ------------------------------------------------------------------------------- what is wanted


def is_named(wanted: int, found: tuple[int, ...]) -> bool:
    """Whether the mistake, or one that nobody can tell from it by numbers, is among them."""
    return bool({wanted, *generator.aliases.get(wanted, ())} & set(found))


def is_first(item: Item, outcome: Outcome) -> bool:
    """The mistake named first is one that may stand first; or nothing is accused that is right.

    Notes beside "right" or "different" name, too, and none of them is the first: so are shown
    choices (58 and 63 where units share a bias) and starts (82 to 85), whose gradients are right.
    """
    if not item.wanted:
        return outcome.status in ACQUITTED
    firsts = {order[0] for order in item.wanted}
    said = outcome.ids if outcome.status in ACQUITTED else outcome.ids[:1]
    return any(is_named(first, said) for first in firsts)


def are_all(item: Item, outcome: Outcome) -> bool:
    """Every mistake is named."""
    if not item.wanted:
        return is_first(item, outcome)
    return any(all(is_named(one, outcome.ids) for one in order) for order in item.wanted)


def is_accused(outcome: Outcome) -> bool:
    """A note accuses nobody."""
    return outcome.status == "wrong"


# -------------------------------------------------------------------------------------- to run


def run(item: Item) -> Outcome:
    """One program, through the sandbox or by the short way."""
    begun = time.monotonic()
    try:
        if item.battery == "hostile":
            return _run_hostile(item, begun)
        verdict = _checked(item) if item.sandboxed else judged_here(item.source)
    except UsageError as error:
        return Outcome("error", (), time.monotonic() - begun, str(error))
    except Exception as error:  # a mistake of the checker is a failure, and not the end
        said = f"{type(error).__name__}: {error}"
        return Outcome("crash", (), time.monotonic() - begun, said)
    ids = tuple(mistake.id for mistake in verdict.mistakes)
    return Outcome(verdict.status, ids, time.monotonic() - begun, verdict.message)


def _checked(item: Item) -> Verdict:
    if item.source.endswith(".py"):
        return check(HERE / "programs" / item.source)
    return check(item.source)


def judged_here(source: str) -> Verdict:
    """As in the sandbox, in this very process: for programs that are known to do no harm."""
    import numpy as np

    from chainrule.checker import forms, inside
    from chainrule.checker.judge import judge

    with tempfile.TemporaryDirectory() as folder, np.errstate(), chdir(folder), _swallowed():
        path = Path(folder, "program.py")
        path.write_text(source, "utf-8")
        answer = inside.read(lambda: inside._readings(forms, path, 3.0), str(path))
    if not answer.readings:
        return Verdict("unknown", message=str(answer.failure))
    with np.errstate(all="ignore"):
        return judge(list(answer.readings))


@contextmanager
def _swallowed() -> Iterator[None]:
    """What programs print."""
    with open(os.devnull, "w") as sink, redirect_stdout(sink), redirect_stderr(sink):
        yield


def _run_hostile(item: Item, begun: float) -> Outcome:
    """A verdict, in time, with nothing changed: by the runner of its test."""
    from tests.checker.hostile import test_hostile as runner
    from tests.checker.hostile.programs import PROGRAMS, SECONDS

    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="chainrule-report-") as folder:
        place, mark = Path(folder), f"chainrule-mark-{os.getpid()}-{time.monotonic_ns()}"
        for name in ("home", "tmp", "outside"):
            (place / name).mkdir()
        (place / "outside" / "kept.txt").write_text("kept")
        path = runner.written(place, PROGRAMS[item.source], mark)
        seen = runner.snapshot(place)
        tempfile.tempdir = str(place / "tmp")
        try:
            status = check(path, seconds=SECONDS).status
        except UsageError:
            status = "error"
        finally:
            tempfile.tempdir = before
        try:
            runner.held(place, seen, mark, begun)
        except AssertionError as error:
            return Outcome("harm", (), time.monotonic() - begun, str(error)[:300])
    return Outcome(status, (), time.monotonic() - begun)
