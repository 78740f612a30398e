"""The page of the speed, and benchmarks/README.md: what benchmarks/engine measured."""

from __future__ import annotations

import json
from typing import Any

from docs.pages.data_sets import alternative
from docs.pages.markdown import DOCS, MADE, table

FIGURES = DOCS / "figures"
CURVES = DOCS / "pictures" / "speed"
HOW = """Each peer runs in a process of its own, pinned to the same core (then to the same two).
They take turns, and the minimum counts. Compiling and importing are not counted. All start from
the same weights and see the same batches in the same order; *apart* is how far their weights are
from plain NumPy's in the end, as a share of the way that training went; for answers, the largest
difference from float64. scikit-learn has a loss of its own in A, B and C. chainrule's native and
reference engines compute a loss at 1,000 points of the run (at every step, where there are fewer);
*fit()* is the library's whole loop with its events, and the losses of all rows at each of them.
The others compute no losses. A peer that would take long makes fewer steps, and its time is scaled
up. *ONNX Runtime (bound)* answers rows that lie at one place in memory, always into the same
place; no target is counted against it."""
POPULATIONS = """Networks side by side gain what a single one leaves unused. Row by row that is
nearly all: one network of four units fills a quarter of a vector and waits for itself at every
step. In batches of 10 a network fills most of a vector by its own samples; where rows are shuffled,
each network draws and sorts an order of its own, which neither way saves: by a profile (perf,
2026-11-22) 52 % of the time of all side by side and 22 % of the time one by one, 3.5 µs for 500
rows; without it the rest is 3.4 times as fast. With 500 rows in one batch a network fills all
vectors by itself: the same code runs both ways (94 % of it products and sigmoids)."""
RUN = """```text
make bench                                       all of it: less than 12 minutes on two cores
make bench ARGS='--jobs A,B --repeats 3'         some jobs; --parts train,answer,population
make bench ARGS='--peers "chainrule native,JAX"' some peers; --json for one object
make bench ARGS=--keep                           write this page again
make bench-scaling ARGS=--keep                   the curves
make nielsen ARGS=--keep                         real digits
```

`make bench` makes an environment of its own, `.venv-bench`, with the extra `bench`: scikit-learn,
PyTorch, JAX, ONNX Runtime. On Linux, pip takes PyTorch's build for CUDA, which is large, unless it
is told of an index or a folder with the build for the CPU (`PIP_EXTRA_INDEX_URL`,
`PIP_FIND_LINKS`). A peer that can't be installed is left out, and named. Ctrl-C keeps what was
measured."""


def page() -> str:
    """docs/reference/speed.md"""
    found = read("engine.json")
    parts = [introduction(found), *measured(found, "##"), *curves(), *nielsen(read("nielsen.json"))]
    how = [f"## How it is measured\n\n{HOW}", f"## How to run it\n\n{RUN}"]
    return "\n\n".join([f"{MADE}\n# Speed", *parts, *how]) + "\n"


def readme() -> str:
    """benchmarks/README.md"""
    found = read("engine.json")
    parts = ["## The engines beside other libraries", introduction(found), *measured(found, "###")]
    return "\n\n".join([f"{MADE}\n# Benchmarks", SCRIPTS, *parts, HOW, RUN]) + "\n"


def measured(found: dict[str, Any] | None, level: str) -> list[str]:
    """Targets, what is missed of them, and every figure."""
    if found is None:
        return []
    figures = [
        f"{level}# {section['title']}\n\n{table(section['columns'], section['rows'])}"
        for section in found["sections"]
    ]
    missed = [f"- {what}: {reached} of {least}." for what, least, reached, met in found["rows"]
              if met == "missed"]  # fmt: skip
    said = "\n".join(missed) or "Nothing: every target that was measured is met."
    if any(line.startswith("- population:") for line in missed):
        said += f"\n\n{POPULATIONS}"
    return [
        f"{level} Targets\n\n{table(['', 'at least', 'measured', ''], found['rows'])}",
        f"{level} What is missed\n\n{said}",
        f"{level} Every figure", *figures,
    ]  # fmt: skip


SCRIPTS = """The scripts behind every figure that is stated. `make figures` runs those whose figures
the docs hold (`figures.py`), `make bench-scripts` all scripts of this folder, `make checker-report`
the checker's. `make bench`, `make bench-scaling` and `make nielsen` run the folder `engine/`:

| script | what it does |
| --- | --- |
| `engine/table.py` | all peers side by side; `contest.py` and `worker.py` run them |
| `engine/jobs.py` | what is computed |
| `engine/peers.py`, `answers.py` | training and prediction, by each peer |
| `engine/process.py`, `memory.py` | whole processes; memory beside a mapped file |
| `engine/populations.py` | many networks at once beside one after another |
| `engine/targets.py`, `report.py` | what was promised; the tables |
| `engine/scaling.py` | time against rows, width and threads |
| `engine/nielsen.py` | Nielsen's network on real digits |"""


def read(name: str) -> dict[str, Any] | None:
    path = FIGURES / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def introduction(found: dict[str, Any] | None) -> str:
    if found is None:
        return "Nothing has been measured yet: `make bench ARGS=--keep` does it."
    versions = found["measured"]["versions"].items()
    missing = found["measured"]["missing"]
    lines = [
        f"Measured on {found['date']}: {found['machine']}; {found['measured']['cores']} cores.",
        ", ".join(f"{name} {version}" for name, version in versions) + ".",
        *(f"Not there: {who}: {why}" for who, why in missing.items()),
    ]
    if not found["measured"]["complete"]:
        lines.append("Interrupted: not all of it was measured.")
    return "\n".join(lines)


def curves() -> list[str]:
    """The pictures of scaling.py, each with its text alternative."""
    found = [CURVES / f"{name}.png" for name in ("rows", "width", "threads")]
    shown = [f"![{alternative(path)}](../pictures/speed/{path.name})" for path in found
             if path.exists()]  # fmt: skip
    return ["## Curves", *shown] if shown else []


def nielsen(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    return [
        "## Nielsen's network on real digits", table(found["columns"], found["rows"]),
        " ".join(found["notes"]), f"{found['date']}, {found['machine']}.",
    ]  # fmt: skip
