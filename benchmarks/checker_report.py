"""How often the checker names the mistake, and whom it accuses: `make checker-report`.

    python benchmarks/checker_report.py [--sample N] [--seed S] [--only a,c] [--jobs 2]
                                        [--list-failures] [--rows 29,31]

a  one mistake, generated: every row that a form can show x 16 settings x 3 layouts
b  two mistakes, generated
c  programs rebuilt from teaching material, and others written by hand
d  right programs: accused, understood, not understood
e  hostile programs
f  the time of one check, measured on the programs of c and d that were written by hand

Without --sample and --only it runs everything and writes docs/figures/checker.json.
Ctrl-C prints what is done.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from chainrule.checker.mistakes import table  # noqa: E402
from tests.checker import battery, generator  # noqa: E402
from tests.checker.battery import Item, Outcome  # noqa: E402

PARTS = {
    "a": ("singles",), "b": ("pairs",), "c": ("teaching", "wrong"), "d": ("right",),
    "e": ("hostile",), "f": ("teaching", "right"),
}  # fmt: skip
SEED = 1000
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


# ---------------------------------------------------------------------------------------- to run


def chosen(parts: Iterable[str], sample: int | None, seed: int, rows: set[str]) -> list[Item]:
    """The programs to run, those of each battery drawn by the seed."""
    wanted = {name for part in parts for name in PARTS[part]}
    found: list[Item] = []
    for name in [name for name in battery.BATTERIES if name in wanted]:
        items = [i for i in battery.items(name, seed) if not rows or i.group in rows]
        if sample is not None and sample < len(items):
            items = random.Random(seed).sample(items, sample)
        found += items
    return found


def measure(items: list[Item], jobs: int, *, loud: bool = True) -> Done:
    """Every outcome, as far as it comes before Ctrl-C."""
    done: Done = []
    try:
        for n, outcome in _outcomes(items, jobs):
            done.append((items[n], outcome))
            if loud:
                _progress(done, len(items))
    except KeyboardInterrupt:
        print("\ninterrupted: figures of what is done", file=sys.stderr)
    if loud:
        print(file=sys.stderr)
    return done


def _outcomes(items: list[Item], jobs: int) -> Iterator[tuple[int, Outcome]]:
    if jobs <= 1:
        yield from ((n, battery.run(item)) for n, item in enumerate(items))
        return
    order = list(range(len(items)))
    random.Random(0).shuffle(order)  # an interrupted run has something of all
    with multiprocessing.get_context("spawn").Pool(jobs, _begin) as pool:
        yield from pool.imap_unordered(_run, [(n, items[n]) for n in order])


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepare()


def _prepare() -> None:
    """What the sandbox does for the comfort of programs: no windows."""
    import warnings

    from chainrule.checker import forms, stand_ins  # noqa: F401  a broken reader ends it here

    warnings.simplefilter("ignore")
    stand_ins.install()


def _run(task: tuple[int, Item]) -> tuple[int, Outcome]:
    return task[0], battery.run(task[1])


def _progress(done: Done, total: int) -> None:
    failed = sum(not battery.is_first(i, o) for i, o in done if i.battery != "hostile")
    line = f"\r{len(done)} of {total}, {failed} not as wanted"
    if sys.stderr.isatty() or len(done) % 100 == 0:
        print(line, end="", file=sys.stderr, flush=True)


# ----------------------------------------------------------------------------------- the figures


def figures(done: Done) -> list[Row]:
    """The rows of the table, of the batteries that were run."""
    by: dict[str, Done] = {name: [] for name in battery.BATTERIES}
    for item, outcome in done:
        by[item.battery].append((item, outcome))
    rows = [*_named(by), *_hand(by), *_right(by["right"]), *_hostile(by["hostile"])]
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
    for what, name in (("teaching programs", "teaching"), ("wrong programs by hand", "wrong")):
        wrong = [each for each in by[name] if each[0].wanted and _counts(each[0])]
        yield Row(f"{what}: first mistake named", _count(battery.is_first, wrong), len(wrong), "")
        yield Row(f"{what}: every mistake named", _count(battery.are_all, wrong), len(wrong), "")


def _counts(item: Item) -> bool:
    """Programs that teach count whatever their mistake is; of our own, those that can be seen."""
    return item.battery == "teaching" or item.group == "shown"


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
    return [
        o.seconds for i, o in done
        if i.sandboxed and i.battery in ("teaching", "wrong", "right") and i.source.endswith(".py")
    ]  # fmt: skip


def report(sample: int | None, seed: int = SEED, jobs: int = 2) -> Done:
    """All of it, or a sample of each battery."""
    _prepare()
    return measure(chosen(PARTS, sample, seed, set()), jobs, loud=sample is None)


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
    return sum(not _counts(i) for i, _ in done if i.battery == "wrong" and i.wanted)


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


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", type=int, help="so many programs of each battery")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", help="parts, such as a,c")
    parser.add_argument("--rows", default="", help="of part a, such as 29,31")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--list-failures", action="store_true")
    options = parser.parse_args()
    options.only = [part for part in options.only.split(",") if part]
    if not set(options.only) <= set(PARTS):
        parser.error(f"--only takes parts of {', '.join(PARTS)}")
    if options.rows:
        options.only = ["a"]
    return options


def main() -> None:
    options = arguments()
    parts = options.only or list(PARTS)
    rows = {row for row in options.rows.split(",") if row}
    begun = time.monotonic()
    items = chosen(parts, options.sample, options.seed, rows)
    _prepare()
    done = measure(items, options.jobs)
    tell(done, options)
    print(f"{len(done)} of {len(items)} programs in {time.monotonic() - begun:.0f} s")
    if len(done) == len(items) and options.sample is None and not options.only:
        import figures as every

        every.write(ROOT / "docs" / "figures", "checker", every.checker_table(done, options.seed))


def tell(done: Done, options: argparse.Namespace) -> None:
    for row in figures(done):
        promised = f"   (promised: {row.promised})" if row.promised else ""
        print(f"{row.what:<60} {row.number:>5} of {row.of:<5} {row.share:>8}{promised}")
    print(*breakdown(done), *notes(done, options.seed), sep="\n")
    if options.list_failures:
        print(*failures(done), sep="\n")


if __name__ == "__main__":
    main()
