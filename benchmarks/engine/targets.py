"""What was promised, and whether it is met: each target finds its figures in the measured times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from contest import Contest, Time
from jobs import ANSWERS, named
from memory import WAYS
from populations import STARTS as HUNDRED

OURS, MANY = "chainrule native", "population:"
LEAST = {  # times faster than a peer: job, dtype, peer, at least
    ("A", "float32", "JAX"): 5.0, ("A", "float64", "JAX"): 3.5, ("A", "float32", "NumPy"): 100.0,
    ("A", "float32", "PyTorch"): 500.0, ("B", "float32", "JAX"): 3.0, ("B", "float64", "JAX"): 2.0,
    ("B", "float32", "NumPy"): 10.0, ("C", "float32", "JAX"): 3.5,
    ("C", "float32", "PyTorch"): 15.0, ("D", "float32", "JAX"): 1.35, ("E", "float32", "JAX"): 1.0,
}  # fmt: skip
TOGETHER, STARTS = 3.0, 3.0  # times as fast as one after another; seconds
SHARE_OF_PRODUCTS, TWO_THREADS, ONE_ROW, MANY_ROWS, START = 0.85, 1.7, 4.0, 1.0, 3.0
LINEAR = 1.25  # a row may cost so much more among ten times as many


class Row(NamedTuple):
    what: str
    promised: str
    measured: str  # "-" where it was not
    met: bool | None


class Found:
    """Times by part, job, dtype, cores and peer."""

    def __init__(self, times: Iterable[Time]) -> None:
        self.times = {(t.part, t.job, t.dtype, t.cores, t.who): t for t in times}

    def seconds(self, who: str, part: str, job: str, dtype: str = "float32", cores: int = 1) -> Any:
        found = self.times.get((part, job, dtype, cores, who))
        return found and found.seconds

    def best(self, part: str, job: str, dtype: str = "float32", cores: int = 1) -> Any:
        """The fastest that is not chainrule; None where there is none.

        What is bound to one place in memory (ONNX Runtime (bound)) takes no row and gives no answer
        of its own: it is shown, and no target is counted against it.
        """
        others = [
            t for (p, j, d, c, who), t in self.times.items()
            if (p, j, d, c) == (part, job, dtype, cores)
            and not who.startswith("chainrule") and not who.endswith("(bound)")
        ]  # fmt: skip
        return min(others, key=lambda t: t.seconds, default=None)


def ratio(what: str, least: float, theirs: float | None, ours: float | None) -> Row:
    """A target of the kind "at least so many times as fast"."""
    if not theirs or not ours:
        return Row(what, f"{least:g} x", "-", None)
    return Row(what, f"{least:g} x", times(theirs / ours), theirs / ours >= least)


def times(value: float) -> str:
    return f"{value:.3g} x" if value < 99.5 else f"{value:,.0f} x"


def all_targets(contest: Contest, extra: dict[str, Any]) -> list[Row]:
    found = Found(contest.times)
    return [
        *training(found), *share(found, contest.small), *two_threads(found, extra),
        *answering(found), *start(extra.get("process", {})), *memory(extra.get("memory", [])),
        *population(extra.get("population", {})),
    ]  # fmt: skip


def training(found: Found) -> list[Row]:
    return [
        ratio(
            f"{job}, {dtype}: faster than {peer}", least,
            found.seconds(peer, "train", job, dtype), found.seconds(OURS, "train", job, dtype),
        )
        for (job, dtype, peer), least in LEAST.items()
    ]  # fmt: skip


def share(found: Found, small: bool) -> list[Row]:
    what = "E: share of the GFLOP/s of a large product"
    limit, ours = found.best("product", "E"), found.seconds(OURS, "train", "E")
    if not limit or not ours:
        return [Row(what, f"{SHARE_OF_PRODUCTS:.0%}", "-", None)]
    reached = named("E", small).flops / ours
    possible = product_flops(small) / limit.seconds
    said = f"{reached / possible:.0%} ({reached / 1e9:.0f} of {possible / 1e9:.0f}, {limit.who}'s)"
    return [Row(what, f"{SHARE_OF_PRODUCTS:.0%}", said, reached / possible >= SHARE_OF_PRODUCTS)]


def product_flops(small: bool) -> float:
    return 2.0 * (64 if small else 2048) ** 3


def two_threads(found: Found, extra: dict[str, Any]) -> list[Row]:
    rows = [
        ratio(
            f"{job}: two cores beside one", TWO_THREADS,
            found.seconds(OURS, "train", job), found.seconds(OURS, "train", job, cores=2),
        )
        for job in ("D", "E")
    ]  # fmt: skip
    same = extra.get("same_bits")
    said = "-" if same is None else "yes" if same else "no"
    return [*rows, Row("A to E: same bits on one core and on two", "yes", said, same)]


def answering(found: Found) -> list[Row]:
    rows = []
    for job in ANSWERS:
        best = found.best("one row", job)
        ours = found.seconds("chainrule Network.forward", "one row", job)
        if found.seconds(OURS, "one row", job) is None:
            ours = None  # the readable engine answered
        name = f"one row of {job}: faster than the best, {best.who if best else '?'}"
        rows.append(ratio(name, ONE_ROW, best and best.seconds, ours))
    for job in ANSWERS:
        theirs = found.seconds("ONNX Runtime", "many rows", job)
        ours = found.seconds(OURS, "many rows", job)
        rows.append(ratio(f"100,000 rows of {job}: beside ONNX Runtime", MANY_ROWS, theirs, ours))
    return rows


def start(process: dict[str, Any]) -> list[Row]:
    ours, theirs = (
        process.get(name, {}).get("seconds")
        for name in ("chainrule train xor --pictures none", "python -c 'import torch'")
    )
    return [
        ratio(
            "the whole of `chainrule train xor`: faster than importing torch", START, theirs, ours
        )
    ]


def memory(runs: list[dict[str, Any]]) -> list[Row]:
    runs = [run for run in runs if run.get("engine") == "native" and "failed" not in run]
    public = [run for run in runs if run["way"] != "train"]
    runs = [run for run in runs if run["way"] == "train"]
    if not runs or not public:
        return [
            Row("memory beside a mapped file", "model + 2 batches + 64 MB", "-", None),
            Row("a row's cost among ten times as many", f"at most {LINEAR:g} x", "-", None),
        ]
    last = runs[-1]
    rows = [
        Row(
            f"memory beside a mapped file of {run['rows']:,} rows, {WAYS[run['way']]}",
            f"{run['allowed']:.0f} MB", f"{run['megabytes']:.0f} MB",
            run["megabytes"] <= run["allowed"],
        )
        for run in (last, *public[-2:])
    ]  # fmt: skip
    grown = last["nanoseconds_a_row"] / runs[0]["nanoseconds_a_row"]
    what = f"a row's cost, {last['rows']:,} beside {runs[0]['rows']:,}"
    return [*rows, Row(what, f"at most {LINEAR:g} x", times(grown), grown <= LINEAR)]


def population(found: dict[str, Any]) -> list[Row]:
    """Each begins with MANY."""
    runs = found.get("runs", [])
    rows = [
        ratio(
            f"{MANY} {run['networks']} times {run['case']}, {run['dtype']}: beside one by one",
            TOGETHER, run["alone"], run["together"],
        )
        for run in runs
    ]  # fmt: skip
    if not runs:
        rows = [Row(f"{MANY} beside one by one", f"{TOGETHER:g} x", "-", None)]
    seconds = found.get("doctor")
    return [*rows, Row(
        f"{MANY} {HUNDRED}, 20,000 epochs row by row", f"under {STARTS:g} s",
        "-" if seconds is None else f"{seconds:.2f} s",
        None if seconds is None else seconds < STARTS,
    )]  # fmt: skip
