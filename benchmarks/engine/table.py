"""chainrule beside the others: every job, every peer that is installed, ratios first: `make bench`.

    python benchmarks/engine/table.py [--jobs A,B] [--parts train,answer] [--repeats 5] [--json]

Each peer runs in a process of its own on the same core, then on the same two, in turn; the minimum
counts, compiling and importing do not. Ctrl-C keeps what was measured. --keep writes the figures of
the docs (docs/figures/engine.json) and the pages that show them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from time import monotonic
from typing import Any

import machine
import memory
import populations
import process
from answers import ANSWERERS
from contest import Contest, contest
from jobs import ANSWERS, JOBS, named
from peers import PEERS
from report import TOO_SMALL, sections, text
from targets import MANY, all_targets

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("train", "answer", "process", "memory", "population")
KEPT = ROOT / "docs" / "figures" / "engine.json"
FLOAT64 = ("A", "B")  # the jobs that have a target in float64
Task = tuple[str, Callable[[], None]]


def tasks(made: Contest, options: argparse.Namespace, extra: dict[str, Any]) -> Iterator[Task]:
    """What there is to do, each with its name."""
    if "train" in options.parts:
        for job in options.jobs:
            yield f"training {job}, float32", lambda job=job: train(made, job, "float32", extra)
        for job in (job for job in options.jobs if job in FLOAT64):
            yield f"training {job}, float64", lambda job=job: train(made, job, "float64", extra)
    if "answer" in options.parts:
        many = 1_000 if options.tiny else 100_000
        for name in ANSWERS:
            yield f"one row of {name}", lambda name=name: made.answer(name, 1, [*ANSWERERS])
        for name in ANSWERS:
            yield (
                f"{many:,} rows of {name}",
                lambda name=name: made.answer(name, many, [*ANSWERERS]),
            )
    if "process" in options.parts:
        yield (
            "whole processes",
            lambda: extra.update(process=process.measured(options.repeats, options.tiny)),
        )
    if "population" in options.parts:
        yield (
            "many networks at once",
            lambda: extra.update(population=populations.measured(options.repeats, options.tiny)),
        )
    if "memory" in options.parts:
        most = 20_000 if options.tiny else 10_000_000
        for rows in (most // 10, most):
            for engine, way in product(("native", "reference"), ("train", "fit", "cut")):
                yield (
                    f"memory: {rows:,} rows, {engine}, {memory.WAYS[way]}",
                    lambda how=(rows, engine, way): extra.setdefault("memory", []).append(
                        memory.measured(*how)
                    ),
                )


def train(made: Contest, job: str, dtype: str, extra: dict[str, Any]) -> None:
    """All peers on one core; in float32 on two as well, where there are two."""
    two = dtype == "float32" and (machine.about()["cores"] or 1) >= 2
    made.train(job, dtype, dict.fromkeys(PEERS, (1, 2) if two else (1,)))
    same = made.same_bits.get(f"{job} {dtype}")
    if same is not None:
        extra["same_bits"] = extra.get("same_bits", True) and same


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Everything asked for, or as much of it as there was until Ctrl-C."""
    extra: dict[str, Any] = {}
    began, complete = monotonic(), False
    with contest(options.repeats, options.tiny, options.peers) as made:
        try:
            work = list(tasks(made, options, extra))
            for k, (name, do) in enumerate(work, 1):
                seconds = monotonic() - began
                say(f"[{k} of {len(work)}, {seconds:.0f} s] {name} ...")
                do()
            complete = True
        except KeyboardInterrupt:
            say("interrupted: what was measured until now follows")
        kernels = made.kernels()
    for run in extra.get("memory", []):
        if "failed" in run:
            made.missing.setdefault("memory", run["failed"])
    if "failed" in extra.get("population", {}):
        made.missing["population"] = extra.pop("population")["failed"]
    return {
        **machine.about(), "kernels": machine.kernels(kernels), "complete": complete,
        "seconds": round(monotonic() - began), "missing": made.missing, "apart": made.apart,
        "times": [time._asdict() for time in made.times], **extra,
        "targets": [row._asdict() for row in all_targets(made, extra) if not options.tiny],
    }  # fmt: skip


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def figure(found: dict[str, Any], small: bool) -> dict[str, Any]:
    """As docs/figures holds it: a table of the targets, then all that was measured."""
    met = {True: "met", False: "missed", None: "not measured"}
    return {
        "title": "The native engine beside other libraries: targets",
        "columns": ["what", "target", "measured", ""],
        "rows": [
            [t["what"], t["promised"], t["measured"], met[t["met"]]] for t in found["targets"]
        ],
        "notes": [TOO_SMALL if small else "All figures: [Speed](speed.md)."],
        "date": found["date"],
        "machine": f"{found['processor']}; {found['system']}; NumPy's kernel {found['kernels']}",
        "command": "make bench ARGS=--keep",
        "sections": sections(found, {name: named(name, small).title for name in JOBS}),
        "measured": found,
    }


def into_kept(found: dict[str, Any]) -> dict[str, Any]:
    """The kept figures, with these of populations in their place."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))["measured"]
    news = [[t for t in each["targets"] if t["what"].startswith(MANY)] for each in (kept, found)]
    targets = [t for t in kept["targets"] if t not in news[0]] + news[1]
    return {**kept, "population": found["population"], "targets": targets}


def keep(made: dict[str, Any]) -> None:
    KEPT.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    pages = ("reference/figures.md", "reference/speed.md", "../benchmarks/README.md")
    subprocess.run([sys.executable, str(ROOT / "docs" / "generate.py"), *pages], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = lambda known: lambda said: chosen(said, known)  # noqa: E731
    some = lambda known: f"some of {', '.join(known)}; by default all"  # noqa: E731
    jobs = "; ".join(f"{name}: {job.title}" for name, job in JOBS.items())
    add = parser.add_argument
    add("--jobs", type=names([*JOBS]), default=[*JOBS], metavar="A,B",
        help=f"networks to train, by default all: {jobs}")  # fmt: skip
    add("--parts", type=names(PARTS), default=[*PARTS], metavar="P,Q",
        help=f"{some(PARTS)}: training, answers to one row and to many, commands from start to "
        "end, training from files in bounded memory, many networks at once")  # fmt: skip
    add("--peers", type=names([*PEERS, *ANSWERERS]), default=[], metavar="P,Q",
        help=some(dict.fromkeys([*PEERS, *ANSWERERS])))  # fmt: skip
    add("--repeats", type=int, default=5, help="the best of so many counts; by default 5")
    add("--json", action="store_true", help="one object instead of tables")
    add("--tiny", action="store_true", help="small sizes: tests that it works, judges nothing")
    add("--keep", action="store_true", help="write the figures of the docs")
    options = parser.parse_args()
    whole = options.jobs == [*JOBS] and options.parts == [*PARTS] and not options.peers
    alone = options.parts == ["population"]  # has a date of its own
    if options.keep and (options.tiny or not (whole or alone)):
        parser.error("--keep writes the docs: it takes all jobs, parts and peers, or --parts "
                     "population, and no --tiny")  # fmt: skip
    found = measure(options)
    made = figure(into_kept(found) if options.keep and alone else found, options.tiny)
    print(json.dumps(made, ensure_ascii=False) if options.json else text(made))
    if options.keep and made["measured"]["complete"]:
        keep(made)


def chosen(said: str, known: Any) -> list[str]:
    asked = [name.strip() for name in said.split(",")]
    for name in asked:
        if name not in known:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
    return asked


if __name__ == "__main__":
    main()
