"""How often the checker names the mistake, and whom it accuses: `make checker-report`.

    python benchmarks/checker_report.py [--sample N] [--seed S] [--only a,c] [--jobs 2]
                                        [--list-failures] [--rows 29,31]

a  one mistake, generated: every row that a form can show x 16 settings x 3 layouts
b  two mistakes, generated
c  programs rebuilt from teaching material, programs by strangers, others written by hand
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
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from tests.checker import battery  # noqa: E402
from tests.checker.battery import Item, Outcome  # noqa: E402
from tests.checker.tally import Done, accusations, breakdown, failures, figures, notes  # noqa: E402

PARTS = {
    "a": ("singles",), "b": ("pairs",), "c": ("teaching", "strangers", "wrong"), "d": ("right",),
    "e": ("hostile",), "f": ("teaching", "right"),
}  # fmt: skip
SEED = 1000


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


def report(sample: int | None, seed: int = SEED, jobs: int = 2) -> Done:
    """All of it, or a sample of each battery."""
    _prepare()
    return measure(chosen(PARTS, sample, seed, set()), jobs, loud=sample is None)


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
    print(*breakdown(done), *accusations(done), *notes(done, options.seed), sep="\n")
    if options.list_failures:
        print(*failures(done), sep="\n")


if __name__ == "__main__":
    main()
