"""The tables that people read, made of what was measured: ratios first, targets at the end."""

from __future__ import annotations

from typing import Any

from memory import WAYS

OURS, CALLED = "chainrule native", "chainrule Network.forward"  # which is what people call
MET = {True: "met", False: "MISSED", None: "not measured"}
AGREE = {"float32": 1e-3, "float64": 1e-9}  # rounding, grown along a thousand steps
TOO_SMALL = "The sizes are too small to judge by: no target is held to them."
Section = dict[str, Any]  # title, columns, rows


def sections(found: dict[str, Any], titles: dict[str, str]) -> list[Section]:
    contests: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for time in found["times"]:
        if time["part"] != "product":
            place = (time["part"], time["job"], time["dtype"], time["cores"])
            contests.setdefault(place, []).append(time)
    made = [times_table(place, times, titles, found["apart"]) for place, times in contests.items()]
    more = [
        products_table(found),
        process_table(found),
        memory_table(found),
        population_table(found),
    ]
    return [*made, *(section for section in more if section["rows"])]


def times_table(
    place: tuple[Any, ...], times: list[dict[str, Any]], titles: dict[str, str], apart: Any
) -> Section:
    part, job, dtype, cores = place
    on = "one core" if cores == 1 else "two cores"
    training = part == "train"
    what = f"{job}: {titles[job]}" if training else f"{job}: {part}"
    ours = CALLED if part == "one row" else OURS
    base = next((t for t in times if t["who"] == ours), min(times, key=lambda t: t["seconds"]))
    of = cores if training else None
    agree = apart.get(f"{part} {job} {dtype}" if training else f"{part} {job}", {})
    rows = [
        [
            time["who"], f"{ratio(time['seconds'] / base['seconds'])}", seconds(time["seconds"]),
            f"{time['spread']:.0%}", difference(agree, time["who"], dtype, of),
            f"{time['of_steps']:,} steps, scaled up" if time["of_steps"] else "",
        ]
        for time in sorted(times, key=lambda t: t["seconds"])
    ]  # fmt: skip
    columns = ["", f"times {base['who']}", "best", "median above it", "apart", ""]
    return {"title": f"{what}, {dtype}, {on}", "columns": columns, "rows": rows}


def difference(agree: dict[str, float], who: str, dtype: str, cores: int | None) -> str:
    found = agree.get(who if cores is None else f"{who} on {cores}")
    if found is None:
        return "another loss"
    return f"{found:.0e}" if found <= AGREE[dtype] else f"{found:.0e}: DIFFERS"


def products_table(found: dict[str, Any]) -> Section:
    rows = [
        [time["who"], f"{2 * 2048**3 / time['seconds'] / 1e9:.0f}", time["dtype"], time["cores"]]
        for time in found["times"]
        if time["part"] == "product"
    ]
    columns = ["2,048 x 2,048 times 2,048 x 2,048", "GFLOP/s", "dtype", "cores"]
    return {"title": "The limit: a large matrix product", "columns": columns, "rows": rows}


def process_table(found: dict[str, Any]) -> Section:
    rows = [
        [f"`{name}`", seconds(time["seconds"]), f"{time['spread']:.0%}"]
        for name, time in found.get("process", {}).items()
    ]
    columns = ["command", "best", "median above it"]
    return {"title": "A whole process, one core", "columns": columns, "rows": rows}


def memory_table(found: dict[str, Any]) -> Section:
    rows = [
        [
            f"{run['engine']}, {WAYS[run['way']]}", f"{run['rows']:,}", f"{run['file']:.0f} MB",
            f"{run['megabytes']:.1f} MB", f"{run['allowed']:.0f} MB",
            f"{run['nanoseconds_a_row']:.0f} ns",
        ]
        for run in found.get("memory", [])
        if "failed" not in run
    ]  # fmt: skip
    columns = ["engine", "rows", "files", "memory of its own", "promised", "a row of one epoch"]
    return {"title": "Training from memory-mapped files", "columns": columns, "rows": rows}


def population_table(found: dict[str, Any]) -> Section:
    population = found.get("population", {})
    rows = [
        [
            run["case"], run["dtype"], ratio(run["alone"] / run["together"]),
            nanoseconds(run["alone"]), nanoseconds(run["together"]), f"{run['spread']:.0%}",
        ]
        for run in population.get("runs", [])
    ]  # fmt: skip
    columns = ["a network's step", "", "times as fast", "one by one", "together", "median above it"]
    title = f"A hundred networks at once, one core ({population.get('date')})"
    return {"title": title, "columns": columns, "rows": rows}


def nanoseconds(value: float) -> str:
    return f"{value * 1e9:,.0f} ns"


def ratio(value: float) -> str:
    return f"{value:.2f}" if value < 9.95 else f"{value:,.0f}" if value >= 99.5 else f"{value:.1f}"


def seconds(value: float) -> str:
    """Three digits in the unit that suits: 8.13 ms."""
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 0.9995 or unit == "µs":
            return f"{value * factor:.3g} {unit}"
    raise AssertionError


def text(made: dict[str, Any]) -> str:
    """All of it for a terminal."""
    found = made["measured"]
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    shown = [
        f"{made['date']}: {made['machine']}, {found['cores']} cores",
        versions,
        *(f"not here: {who} ({why})" for who, why in found["missing"].items()),
    ]
    for section in made["sections"]:
        shown += ["", section["title"], *aligned(section["columns"], section["rows"])]
    rows = [[t["what"], t["promised"], t["measured"], MET[t["met"]]] for t in found["targets"]]
    table = aligned(["", "at least", "measured", ""], rows) if rows else [f"  {TOO_SMALL}"]
    shown += ["", "Targets", *table]
    return "\n".join(shown)


def aligned(columns: list[str], rows: list[list[Any]]) -> list[str]:
    """Columns of text: the first to the left, the others to the right."""
    cells = [[str(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(columns))]
    return [
        "  " + "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]  # fmt: skip
