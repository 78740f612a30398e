"""The figures of the checker's batteries: from outcomes to a table, its notes, and what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.mistakes import table
from tests.checker import battery, generator
from tests.checker.battery import Item, Outcome

Done = list[tuple[Item, Outcome]]


class Row(NamedTuple):
    """A figure: so many of so many, and what was promised."""

    what: str
    number: int
    of: int
    promised: str

    @property
    def share(self) -> str:
        return f"{100 * self.number / self.of:.1f} %" if self.of else "-"


def figures(done: Done) -> list[Row]:
    """The rows of the table, of the batteries that were run."""
    by: dict[str, Done] = {name: [] for name in battery.BATTERIES}
    for item, outcome in done:
        by[item.battery].append((item, outcome))
    right = by["right"] + [each for each in by["strangers"] if not each[0].wanted]
    rows = [*_named(by), *_hand(by), *_right(right), *_hostile(by["hostile"])]
    return [row for row in rows if row.of]


def _named(by: dict[str, Done]) -> Iterator[Row]:
    singles, pairs = by["singles"], by["pairs"]
    yield Row("one mistake: named first", _count(battery.is_first, singles), len(singles), "98 %")
    first = _count(battery.is_first, pairs)
    three = sum(battery.is_first(i, o._replace(ids=o.ids[n : n + 1]))
                for i, o in pairs for n in [_place(i, o)])  # fmt: skip
    yield Row("two mistakes: the first one named is one of them", first, len(pairs), "85 %")
    yield Row("two mistakes: one of the first three is", three, len(pairs), "95 %")
    yield Row("two mistakes: both named", _count(battery.are_all, pairs), len(pairs), "")
    exact = sum(battery.are_all(i, o) and len(o.ids) == 2 for i, o in pairs)
    yield Row("two mistakes: both named, and nothing else", exact, len(pairs), "")


def _place(item: Item, outcome: Outcome) -> int:
    """The first of three places that names one of the mistakes, or 0."""
    hits = [
        n for n in range(3) if battery.is_first(item, outcome._replace(ids=outcome.ids[n : n + 1]))
    ]
    return hits[0] if hits else 0


def _hand(by: dict[str, Done]) -> Iterator[Row]:
    held = by["teaching"]
    fine = [each for each in held if not each[0].wanted]
    yield Row(
        "teaching programs: first mistake named, or acquitted",
        _count(battery.is_first, held), len(held), "90 %",
    )  # fmt: skip
    yield Row("teaching programs, right ones: accused", _accused(fine), len(fine), "0")
    held = [each for each in by["strangers"] if battery.counts(each[0])]
    yield Row(
        "programs by strangers: first mistake named, or acquitted",
        _count(battery.is_first, held), len(held), "90 %",
    )  # fmt: skip
    for what, name in (
        ("teaching programs", "teaching"), ("programs by strangers", "strangers"),
        ("wrong programs by hand", "wrong"),
    ):  # fmt: skip
        wrong = [each for each in by[name] if each[0].wanted and battery.counts(each[0])]
        yield Row(f"{what}: first mistake named", _count(battery.is_first, wrong), len(wrong), "")
        yield Row(f"{what}: every mistake named", _count(battery.are_all, wrong), len(wrong), "")


def _right(done: Done) -> Iterator[Row]:
    yield Row("right programs: accused", _accused(done), len(done), "0 of 300")
    good = sum(o.status in battery.ACQUITTED for _, o in done)
    yield Row("right programs: found right", good, len(done), "")
    yield Row("right programs: not understood", len(done) - good - _accused(done), len(done), "")


def _hostile(done: Done) -> Iterator[Row]:
    fine = sum(o.status not in ("harm", "crash") for _, o in done)
    yield Row("hostile programs: a verdict in time, nothing changed", fine, len(done), "all of 30")


def _count(test: Any, done: Done) -> int:
    return sum(bool(test(item, outcome)) for item, outcome in done)


def _accused(done: Done) -> int:
    return sum(battery.is_accused(outcome) for _, outcome in done)


def times(done: Done) -> list[float]:
    """Seconds of whole checks: programs written by hand, through the sandbox."""
    by_hand = ("teaching", "strangers", "wrong", "right")
    return [
        o.seconds for i, o in done
        if i.sandboxed and i.battery in by_hand and i.source.endswith(".py")
    ]  # fmt: skip


def notes(done: Done, seed: int) -> list[str]:
    """What the figures mean, a sentence each."""
    never, not_made = battery.left_out()
    said = [
        "Rows that no hand-over form can show are left out: "
        f"{', '.join(map(str, never))} ({len(never)} of {len(table())}); "
        f"{_listed(not_made)} can be shown and not be generated.",
        "Rows that nobody can tell apart by numbers count as named if either is: "
        + "; ".join(f"{id}: {_listed(sorted(o))}" for id, o in generator.aliases.items()) + ".",
        f"{_never(done)} programs written by hand have such a mistake, and are left out as well.",
        "A row given in a note beside right or different counts as named, and accuses nobody.",
        "Left out, for it is plain gradient descent number for number: "
        + ", ".join(f"{id} ({variant})" for id, variant in sorted(generator.silent)) + ".",
        f"Seed {seed}. One generated program in {battery.SANDBOXED} goes through the sandbox, the "
        "others are run and read in the process of the report.",
    ]  # fmt: skip
    took = times(done)
    if took:
        said.append(
            f"Time of one check, {len(took)} programs: {np.median(took):.2f} s in the median, "
            f"{np.percentile(took, 95):.2f} s for 95 % of them (promised: below 2 s)."
        )
    return said


def _never(done: Done) -> int:
    return sum(not battery.counts(i) for i, _ in done)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"


# ------------------------------------------------------------------------------------ to be seen


def breakdown(done: Done) -> list[str]:
    """Row by row of the catalogue: how many were named, and what was said instead."""
    lines = []
    groups = sorted({i.group for i, _ in done if i.battery == "singles"}, key=int)
    for group in groups:
        held = [(i, o) for i, o in done if i.battery == "singles" and i.group == group]
        bad = [o for i, o in held if not battery.is_first(i, o)]
        if bad:
            said = Counter(",".join(map(str, o.ids)) or o.status for o in bad)
            instead = "  ".join(f"[{what}]x{n}" for what, n in said.most_common(8))
            good = f"{len(held) - len(bad)}/{len(held)}"
            lines.append(f"{group:>3} {table()[int(group)].name[:40]:<40} {good:>6}  {instead}")
    perfect = len(groups) - len(lines)
    return [*lines, f"    {perfect} rows without a failure"] if groups else []


def accusations(done: Done) -> list[str]:
    """Right programs that were accused, always worth a line."""
    return [
        f"ACCUSED {i.battery} {i.name}: {_listed(o.ids)}"
        for i, o in done
        if not i.wanted and i.battery != "hostile" and battery.is_accused(o)
    ]


def failures(done: Done) -> Iterator[str]:
    for item, outcome in sorted(done, key=lambda each: each[0][:3]):
        fine = battery.is_first(item, outcome) and battery.are_all(item, outcome)
        if item.battery == "hostile":
            fine = outcome.status not in ("harm", "crash")
        if not fine:
            wanted = " or ".join(map(_listed, item.wanted)) or "right"
            got = (
                _listed(outcome.ids) if outcome.ids else f"{outcome.status} ({outcome.said[:160]})"
            )
            yield f"{item.battery} {item.name}: wanted {wanted}; got {got}"
